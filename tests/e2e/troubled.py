"""The service with a watchlist that hangs, ends or fails when it is asked to: `-m tests.e2e.troubled --config FILE`."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from thespian.actors import ActorAddress

from actors.front.run.service import ServiceFailed, run_service
from actors.supervisor.specs import ACTOR_SPECS
from actors.watchlist.actor import WatchlistActor
from config.loader import load
from messages.commands import OperatorCommand


class TroubledWatchlist(WatchlistActor):
    """Takes these entries, when they are to be watched, for orders."""

    def receiveMsg_OperatorCommand(self, command: OperatorCommand, sender: ActorAddress) -> None:
        match command.text.removeprefix("watch! "):
            case "hang":
                while True:
                    time.sleep(1)
            case "be busy":
                time.sleep(2)
            case "toil":
                time.sleep(1)
            case "end":
                os._exit(7)
            case "fail":
                raise ValueError("as ordered")
        super().receiveMsg_OperatorCommand(command, sender)


TROUBLED = tuple(
    replace(spec, actor="tests.e2e.troubled.TroubledWatchlist") if spec.name == "watchlist" else spec
    for spec in ACTOR_SPECS
)


def main() -> int:
    settings = load(Path(sys.argv[2]), os.environ).settings
    try:
        run_service(settings, lambda service: print("is running on", service.health_url, flush=True), specs=TROUBLED)
    except ServiceFailed as error:
        print(f"callboard: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
