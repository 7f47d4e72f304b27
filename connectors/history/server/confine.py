"""Confinement by Landlock: this process and all its later threads reach the chDB folder and little else."""

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38
_OLDEST_ABI = 2  # the first that lets files move between folders, which MergeTree does

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_SOCK, _MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_HANDLED_BY_ABI = {2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_HANDLED_SINCE_ABI_5 = (1 << 16) - 1
_READ = _READ_FILE | _READ_DIR
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_NEVER = _EXECUTE | _MAKE_CHAR | _MAKE_SOCK | _MAKE_BLOCK | _IOCTL_DEV
_TCP_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def readable_paths() -> list[Path]:
    """List what interpreter, libraries and engine read: code, certificates, time zones, machine data.

    Not in it: /proc of any process, homes, /etc/passwd, and the folder of this program: import it first. Of this
    process its auxiliary vector alone, which chDB asks for as it is loaded: where it cannot read it, it looks for it
    behind the environment, and follows what it finds there once anybody has added a variable.
    """
    names = ("/usr", "/lib", "/lib64", "/etc/ssl", "/etc/localtime", "/etc/timezone", "/etc/ld.so.cache")
    machine = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/sys/fs/cgroup")
    own = "/proc/self/auxv"
    return [Path(name) for name in (*names, *machine, own, "/dev/urandom", sys.prefix, sys.base_prefix)]


def confine(folder: Path) -> str | None:
    """Confine the calling thread and all that it starts later; None when done, else why the kernel can't.

    Reading and writing only beneath `folder`, reading beneath `readable_paths()`; no program is executed, no
    TCP connection opened and no port bound (ABI 4), no signal sent out (ABI 6). Open files and sockets stay
    usable. Threads that exist already are not confined.
    """
    if sys.platform != "linux":
        return f"{sys.platform} has no Landlock"
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_CREATE_RULESET_VERSION))
    if abi < _OLDEST_ABI:
        return f"Landlock ABI {abi} of this kernel; {_OLDEST_ABI} is needed (errno {ctypes.get_errno()})"
    handled = _HANDLED_BY_ABI.get(abi, _HANDLED_SINCE_ABI_5)
    ruleset = _Ruleset(
        fs=handled,
        net=_TCP_BIND_AND_CONNECT if abi >= 4 else 0,
        scoped=_ABSTRACT_SOCKETS_AND_SIGNALS if abi >= 6 else 0,
    )
    size = 8 * (3 if abi >= 6 else 2 if abi >= 4 else 1)
    descriptor = _checked(libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), 0))
    try:
        _allow(libc, descriptor, readable_paths(), _READ)
        _allow(libc, descriptor, [Path("/dev/null")], _READ | _WRITE_FILE)
        _allow(libc, descriptor, [folder], handled & ~_NEVER)
        _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(libc.syscall(_RESTRICT_SELF, descriptor, 0))
    finally:
        os.close(descriptor)
    return None


def _allow(libc: ctypes.CDLL, ruleset: int, paths: Iterable[Path], rights: int) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                allowed = rights if path.is_dir() else rights & _ON_A_FILE
                rule = struct.pack("<Qi", allowed, beneath)  # packed in the kernel's header too
                _checked(libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0))
            finally:
                os.close(beneath)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
