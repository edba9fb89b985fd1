"""Texts of sources without what nobody sees in them. Pure."""

import re

_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Without width; among them soft hyphens, and the marks of a direction, which would turn what follows round."""

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
"""PostgreSQL cannot store NUL; a terminal obeys others, and no browser wants them on a page."""


def visible(text: str) -> str:
    """The text without them. White space, and controls, are single spaces."""
    return " ".join(_CONTROLS.sub(" ", _INVISIBLE.sub("", text)).split())
