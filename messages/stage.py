"""Opening a stage: the stand-in world in which the demo plays. Between the front and the StageActor; not durable."""

from dataclasses import dataclass
from enum import Enum


class Play(Enum):
    """What is played. TIME_LAPSE: half a year of real papers in about a minute. NOTHING: the world stands still."""

    TIME_LAPSE = "time_lapse"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStage:
    """Command: build the world and open its doors, on loopback; `port` 0: any free one."""

    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOpened:
    """Reply to OpenStage: where everything is, without a slash at the end; the bot's token and the app's; the readers'
    channel."""

    url: str
    token: str
    app_token: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginPlay:
    """Command: play this from now on. `health_url` has the health document of the service that plays along: a play
    begins when the service has loaded the index."""

    play: Play
    health_url: str


STAGE_ACCEPTS = frozenset({OpenStage, BeginPlay})
