"""The one declaration of every configuration key: name, type, limits, default and description.

`config/` checks files and the environment against it, and generates default.yaml, the JSON schema and the tables of the
docs from it. The actors receive `Settings` in `Begin`. A section stands in the file of what it is about.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace

from messages.check_definitions import CheckDefinition, WithheldChecks
from messages.check_packing import packed, unpacked
from messages.settings.kinds import HIDDEN_KINDS, FilePath, SettingKind, TakesEffect, hosts_in
from messages.settings.prober import ProberSettings
from messages.settings.service import DatabaseSettings, LogSettings, NetworkSettings, RetentionSettings, SystemSettings
from messages.settings.slack import SlackSettings
from messages.settings.sources import IndexSettings, OpenStdSettings, PaperTrackerSettings
from messages.settings.ways import MailSettings, MatrixSettings, MattermostSettings, WebhookSettings
from messages.settings.web import HealthSettings, WebSettings

__all__ = [
    "HIDDEN_KINDS",
    "DatabaseSettings",
    "HealthSettings",
    "IndexSettings",
    "LogSettings",
    "MailSettings",
    "MatrixSettings",
    "MattermostSettings",
    "NetworkSettings",
    "OpenStdSettings",
    "PaperTrackerSettings",
    "ProberSettings",
    "RetentionSettings",
    "SettingKind",
    "Settings",
    "SlackSettings",
    "SystemSettings",
    "TakesEffect",
    "WebSettings",
    "WebhookSettings",
    "hosts_in",
]


class Settings(Struct, frozen=True, kw_only=True):
    """All of it. The loader makes `data_dir` absolute. `checks` have a reader of their own, config/checks.py; an actor
    that needs none has `withheld` in their place. In a message they are packed."""

    data_dir: Annotated[
        FilePath,
        Meta(
            description="Where the embedded database, the lock, the control socket and the logs live. Only the owner"
            " can read it. Empty: `/var/lib/callboard/data` for root; for others `callboard` in `$XDG_STATE_HOME`, or"
            " in `~/.local/state` if that is not set."
        ),
        TakesEffect.AFTER_RESTART,
    ] = ""
    system: SystemSettings = SystemSettings()
    database: DatabaseSettings = DatabaseSettings()
    index: IndexSettings = IndexSettings()
    open_std: OpenStdSettings = OpenStdSettings()
    paper_tracker: PaperTrackerSettings = PaperTrackerSettings()
    prober: ProberSettings = ProberSettings()
    slack: SlackSettings = SlackSettings()
    mail: MailSettings = MailSettings()
    webhook: WebhookSettings = WebhookSettings()
    mattermost: MattermostSettings = MattermostSettings()
    matrix: MatrixSettings = MatrixSettings()
    network: NetworkSettings = NetworkSettings()
    health: HealthSettings = HealthSettings()
    web: WebSettings = WebSettings()
    retention: RetentionSettings = RetentionSettings()
    log: LogSettings = LogSettings()
    checks: tuple[CheckDefinition, ...] = ()
    withheld: WithheldChecks = WithheldChecks()

    @property
    def has_checks(self) -> bool:
        """Whether the configuration has checks, whoever has them."""
        return bool(self.checks or self.withheld.count)

    def __reduce__(self) -> Any:
        """For pickle."""
        if not self.checks:
            return Struct.__reduce__(self)
        return _with_checks, (replace(self, checks=()), packed(self.checks))


def _with_checks(settings: Settings, data: bytes) -> Settings:
    return replace(settings, checks=unpacked(data))
