"""Whether what was served as a file is one."""

from messages.drafts import Extension

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def pretense(content: bytes, extension: Extension) -> str:
    """What is wrong with it, in words; empty if nothing is. Whether it can be read is not asked here."""
    beginning = content[:1024].removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not content:
        return "no content"
    return "a web page in place of a pdf" if extension is Extension.PDF and beginning.startswith(b"<") else ""
