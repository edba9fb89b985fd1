"""Opens ports for a stage. What speaks mail and names there is not installed with the service; the demo needs none."""

from actors.stage.web.ports import PortKeeper
from actors.stage.web.store import Stage


def harbour_of(stage: Stage) -> PortKeeper:
    """What listens at the ports of a stage. Raises ImportError where the libraries are missing (`callboard[dev]`)."""
    from actors.stage.ports.harbour import Harbour

    return Harbour(stage)
