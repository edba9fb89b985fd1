"""How long something lasted, for people. Pure."""

from datetime import timedelta


def duration_text(span: timedelta) -> str:
    """A duration in its largest unit, with hours and days also in the next smaller one."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    return f"{seconds // 86_400} d {seconds % 86_400 // 3600} h"
