"""Two things that Linux lets a process forbid itself for good: files (Landlock) and system calls (seccomp). No privilege is needed.

Numbers are from the kernel's own headers: ``linux/landlock.h``, ``linux/seccomp.h``, ``linux/filter.h``, ``asm/unistd.h``.
"""

import ctypes
import errno
import os
import platform
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_CHAR, MAKE_BLOCK, REFER, TRUNCATE, IOCTL_DEVICE = 1 << 6, 1 << 11, 1 << 13, 1 << 14, 1 << 15
READ = READ_FILE | READ_DIR
RUN = READ | EXECUTE
ALL = (1 << 16) - 1
WRITE = ALL & ~(EXECUTE | MAKE_CHAR | MAKE_BLOCK)
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE
_SINCE = {2: REFER, 3: TRUNCATE, 5: IOCTL_DEVICE}  # rights that a Landlock ABI added to the first thirteen
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38

# The architecture's number in a filter, and its numbers of what no decoder needs.
_CALLS = {
    "x86_64": (0xC000003E, {"ptrace": 101, "mount": 165, "keyctl": 250, "unshare": 272, "perf_event_open": 298, "setns": 308,
                            "process_vm_readv": 310, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425, "pidfd_getfd": 438}),
    "aarch64": (0xC00000B7, {"ptrace": 117, "mount": 40, "keyctl": 219, "unshare": 97, "perf_event_open": 241, "setns": 268,
                             "process_vm_readv": 270, "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425, "pidfd_getfd": 438}),
}  # fmt: skip
_SOCKETS = {"x86_64": {"socket": 41, "connect": 42}, "aarch64": {"socket": 198, "connect": 203}}
_X32 = 0x40000000  # x86-64 has a second set of numbers for the same calls
_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EACCES

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def prctl(option: int, *values: int) -> None:
    """Raises OSError where the kernel refuses."""
    _checked(_libc.prctl(option, *(ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4])))


def _call(number: int, *values: int | bytes | None) -> int:
    return _checked(_libc.syscall(ctypes.c_long(number), *(ctypes.c_long(v) if isinstance(v, int) else ctypes.c_char_p(v) for v in values)))


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def landlock() -> int:
    """Landlock's ABI in this kernel, 0 where there is none."""
    try:
        return _call(_CREATE_RULESET, None, 0, 1)
    except OSError:  # not built in, switched off, or refused by a container's filter
        return 0


def seccomp() -> bool:
    """Whether the kernel takes filters of system calls, for a machine whose calls we know. Nothing is put in force."""
    try:
        prctl(PR_SET_SECCOMP, 2, 0)
    except OSError as error:
        return error.errno == errno.EFAULT and platform.machine() in _CALLS  # it would have read the filter
    return False


def files(rights: Iterable[tuple[Path, int]], *, network: bool) -> int:
    """Allows ``rights`` below (or on) each path and nothing else; without ``network`` no TCP either.

    Gives Landlock's ABI, 0 where the kernel has none. Paths that are not there are passed over. Raises OSError.
    """
    abi = landlock()
    if not abi:
        return 0
    known = ALL & ~sum(right for since, right in _SINCE.items() if abi < since)
    ruleset = _call(_CREATE_RULESET, *_handled(abi, known, network), 0)
    try:
        for path, right in rights:
            _allow(ruleset, path, right & known)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return abi


def _handled(abi: int, known: int, network: bool) -> tuple[bytes, int]:
    """``struct landlock_ruleset_attr`` as long as this ABI knows it: files, TCP (bind, connect), scope (abstract sockets, signals)."""
    tcp = 0 if network else 3
    attributes = struct.pack("=QQQ", known, tcp, 3)
    length = 8 if abi < 4 else 16 if abi < 6 else 24
    return attributes[:length], length


def _allow(ruleset: int, path: Path, right: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            right &= _OF_FILES
        _call(_ADD_RULE, ruleset, 1, struct.pack("=Qi", right, place), 0)
    finally:
        os.close(place)


def calls(*, network: bool) -> bool:
    """Refuses the system calls that no decoder needs, sockets among them unless ``network``; whether that is in force."""
    machine = platform.machine()
    if machine not in _CALLS:
        return False
    architecture, numbers = _CALLS[machine]
    refused = {**numbers, **({} if network else _SOCKETS[machine])}
    program = ctypes.create_string_buffer(b"".join(_filter(architecture, sorted(refused.values()))))
    fields = struct.pack("@HP", len(program) // 8, ctypes.addressof(program))
    head = ctypes.create_string_buffer(fields)  # struct sock_fprog
    try:
        prctl(PR_SET_SECCOMP, 2, ctypes.addressof(head))
    except OSError:
        return False
    return True


def _filter(architecture: int, refused: list[int]) -> list[bytes]:
    """A program of the Berkeley packet filter: loads (0x20), jumps (0x15 equal, 0x35 at least) and answers (0x06)."""
    answers = [_step(0x06, _ALLOW), _step(0x06, _REFUSE)]
    tests = [(0x35, _X32), *((0x15, number) for number in refused)]
    jumps = [_step(code, number, yes=len(tests) - place) for place, (code, number) in enumerate(tests)]
    return [_step(0x20, 4), _step(0x15, architecture, yes=1), _step(0x06, _KILL), _step(0x20, 0), *jumps, *answers]


def _step(code: int, value: int, *, yes: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, 0, value)
