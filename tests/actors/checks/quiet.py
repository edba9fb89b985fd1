"""A ChecksActor whose runs have no result but the ones that a test sends."""

from thespian.actors import ActorAddress

from actors.checks.actor import ChecksActor
from actors.checks.runner import CheckRunner
from messages.checks import RunChecks


class SilentRunner(CheckRunner):
    """Takes runs and never has a result."""

    def receiveMsg_RunChecks(self, command: RunChecks, sender: ActorAddress) -> None:
        """Forget them."""


class QuietChecks(ChecksActor):
    """Its runs wait for the test."""

    RUNNER = SilentRunner
