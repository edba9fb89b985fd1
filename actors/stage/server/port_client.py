"""The client that opens ports on a stage, and looks at what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import httpx

from actors.stage.web.wire import StagedPorts, decode_ports
from actors.stage.world.port_events import ClosePort, OpenPort, PutMail
from actors.stage.world.ports import INBOX, PortScript
from actors.stage.world.script import ScriptEvent


class PortClient:
    """Of one stage. Raises httpx.HTTPError when that is gone."""

    def __init__(self, client: httpx.Client, play: Callable[[ScriptEvent], None]) -> None:
        self._client = client
        self._play = play

    def open(self, name: str, script: PortScript) -> int:
        """Let a port of this name do this from now on; its number, which stays."""
        self._play(OpenPort(name=name, script=script))
        return self.told().numbers[name]

    def close(self, name: str) -> None:
        """Refuse connections from now on."""
        self._play(ClosePort(name=name))

    def put_mail(self, subject: str, *, at: datetime | None = None, folder: str = INBOX) -> None:
        """A mail with this subject is in a folder, since `at`, or now."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "someone@stage.example", "probe@stage.example", subject
        mail.set_content("hello")
        self._play(PutMail(folder=folder, at=at or datetime.now(UTC), body=mail.as_bytes()))

    def heard(self, name: str) -> tuple[str, ...]:
        """The latest lines that a port was told, without secrets."""
        return self.told().heard.get(name, ())

    def subjects(self, folder: str = INBOX) -> list[str]:
        """Of the mails in a folder, in the order of their coming."""
        bodies = self.told().mail.get(folder, ())
        return [str(BytesParser(policy=default).parsebytes(body)["Subject"]) for body in bodies]

    def authority(self, folder: Path) -> str:
        """A file with the certificate of the stage's authority, in this folder; a port must have been opened."""
        return _written(folder / "stage-authority.pem", self.told().authority)

    def client_certificate(self, folder: Path) -> str:
        """A file with a certificate and its key for a client, in this folder; a port must have been opened."""
        return _written(folder / "stage-client.pem", self.told().client)

    def told(self) -> StagedPorts:
        """All that the stage says of its ports."""
        return decode_ports(self._client.get("/_stage/ports").raise_for_status().content)


def _written(file: Path, content: bytes) -> str:
    file.write_bytes(content)
    return str(file)
