"""The child process: a body from standard input, its front matter as JSON to standard output. It has little time,
little memory and no files: what a hostile document does here, it does to nobody.
"""

import os
import resource
import sys
from types import MappingProxyType

import msgspec

from actors.prober.frontmatter.child import REFUSED
from actors.prober.frontmatter.child.sandbox import lock_down
from actors.prober.frontmatter.reading import of_page, prepare
from actors.prober.frontmatter.text.page import Part, UnreadablePdf
from actors.runtime.os.linux import die_with_parent
from messages.drafts import Extension

CPU_SECONDS = MappingProxyType({Part.WHOLE: 5, Part.BEGINNING: 1})
MEMORY = 768 * 1024 * 1024
"""Bytes of address space, the interpreter's own included."""

FAILED = 2
"""The exit code where another part of the document may be read."""

MOST_OUTPUT = 64 * 1024
MOST_INPUT = 16 * 1024 * 1024


def main() -> int:
    """`python -m actors.prober.frontmatter EXTENSION CONTENT-TYPE PARENT PART`; the exit code is 0 when it succeeded,
    and REFUSED when another part of the document could not be read either."""
    extension, content_type, parent = sys.argv[1:4]
    part = Part(sys.argv[4])
    die_with_parent(int(parent))
    for limit, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS[part]),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_NOFILE, 32),
    ):
        resource.setrlimit(limit, (most, most))
    body = sys.stdin.buffer.read(MOST_INPUT)
    try:
        page_of = prepare(body, Extension(extension), content_type, part)
        lock_down()
        answer = msgspec.json.encode(of_page(page_of()))
    except Exception as error:  # a broken document may raise anything
        os.write(2, f"{type(error).__name__}: {error}"[:300].encode("utf-8", "replace"))
        return REFUSED if isinstance(error, UnreadablePdf) else FAILED
    os.write(1, answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
