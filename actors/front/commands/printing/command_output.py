"""Standard output of a command that is over soon: it waits for its reader, takes any encoding, and fails in a word."""

import io
import select


class OutputFailed(Exception):
    """What a command prints could not be written; `is_reader_gone`: its reader has read enough, as `head` does."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"the output could not be written: {error.strerror}")
        self.is_reader_gone = isinstance(error, BrokenPipeError)


class CommandOutput(io.FileIO):
    """A descriptor that is written to until all is written, also when somebody has made it non-blocking."""

    def write(self, data: object) -> int:
        """Raises OutputFailed."""
        while True:
            try:
                written: int | None = super().write(data)  # type: ignore[arg-type]
            except OSError as error:
                raise OutputFailed(error) from error
            if written is not None:
                return written
            select.select([], [self.fileno()], [])
