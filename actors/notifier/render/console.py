"""A message as it is printed on the console. Pure."""

from datetime import datetime

from actors.notifier.render.markdown import one_line, plain
from actors.runtime.output.printable import printable

LINE_WIDTH = 72


def console_text(recipient: str, text: str, at: datetime) -> str:
    """A header with the recipient and the time, then the text without markup."""
    head = f"── to {printable(one_line(recipient))} · {at:%Y-%m-%d %H:%M} UTC "
    body = "\n".join(f"   {line}" if line else "" for line in printable(plain(text)).split("\n"))
    return f"\n{head.ljust(LINE_WIDTH, '─')}\n{body}\n"
