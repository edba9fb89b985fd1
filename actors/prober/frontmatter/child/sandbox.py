"""What the child process gives up before it parses a body: files, network, other programs, new privileges.

A parser that is taken over by a document can still compute and answer, and nothing else. Each layer stands alone, since
not every kernel has all of them: no new descriptors (setrlimit(2)), no new privileges (prctl(2)), no files and no TCP
(landlock(7)), and only the system calls that memory, time and the answer need (seccomp(2)).
"""

import ctypes
import os
import resource
import struct
from collections.abc import Sequence
from enum import Enum
from types import MappingProxyType

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_SECCOMP_MODE_FILTER = 2

_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_VERSION = 1
_FILE_RIGHTS = MappingProxyType({1: 13, 2: 14, 3: 15, 4: 15})
"""How many rights over files each version knows; 16 from the fifth."""

_TCP_RIGHTS, _SCOPES = 0b11, 0b11

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
"""Where struct seccomp_data has them."""

_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""Go ahead; fail with EPERM; end the process."""

_X32 = 0x40000000
"""System calls of x86_64's second numbering begin here."""

_CALLS = MappingProxyType({
    # read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64 writev
    # sched_yield mremap madvise getpid exit gettimeofday getrusage times sigaltstack gettid futex restart_syscall
    # clock_gettime clock_getres exit_group tgkill getrandom rseq
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 17, 20, 24, 25, 28, 39, 60, 96, 98, 100, 131, 186, 202, 219, 228,
         229, 231, 234, 318, 334),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 67, 66, 124, 216, 233, 172, 93, 169, 165, 153, 132, 178,
         98, 128, 113, 114, 94, 131, 278, 293),
    ),
})  # fmt: skip
"""For each machine its number in the kernel's audit, and the calls that stay allowed."""


class Layer(Enum):
    """DESCRIPTORS: none can be opened. PRIVILEGES: none are gained. FILES: Landlock. CALLS: seccomp."""

    DESCRIPTORS = "descriptors"
    PRIVILEGES = "privileges"
    FILES = "files"
    CALLS = "calls"


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


def lock_down() -> frozenset[Layer]:
    """Give up everything, for good; the layers that this kernel has. What is to be imported must be so before."""
    libc = ctypes.CDLL(None, use_errno=True)
    held = {Layer.DESCRIPTORS}
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        held.add(Layer.PRIVILEGES)
    if _forbid_files(libc):
        held.add(Layer.FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    if _forbid_calls(libc):
        held.add(Layer.CALLS)
    return frozenset(held)


def _forbid_files(libc: ctypes.CDLL) -> bool:
    """An empty set of rules: nothing below any path may be read, written or run."""
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION)
    if version < 1:
        return False
    rights = [(1 << _FILE_RIGHTS.get(version, 16)) - 1]
    if version >= 4:
        rights.append(_TCP_RIGHTS)
    if version >= 6:
        rights.append(_SCOPES)
    attributes = struct.pack(f"={len(rights)}Q", *rights)
    rules = libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        return bool(libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _forbid_calls(libc: ctypes.CDLL) -> bool:
    known = _CALLS.get(os.uname().machine)
    if known is None:
        return False
    program = _program(*known)
    rules = _Filter(len(program) // 8, program)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(rules), 0, 0) == 0)


def _program(machine: int, calls: Sequence[int]) -> bytes:
    """The filter in classic BPF: another machine's calls end the process, those not allowed fail with EPERM."""
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, len(calls), 0, _X32),
        *((_EQUAL, len(calls) - place, 0, number) for place, number in enumerate(calls)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
