"""Processes that need not import the program: a server that has done so forks one for each.

`Process` is a `subprocess.Popen` for command lines of this Python, `-m MODULE` or `-c PROGRAM`. What it starts is a
process like any other: with a folder, an environment and output of its own, a child of whoever asked, to be killed and
waited for. Of the others it has what importing leaves, and no engine of a history, which would not survive a fork.
Who tests how the program starts takes `subprocess.Popen`.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import runpy
import socket
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, Self

import connectors
import events
import pipeline
import projections

ROOT = Path(__file__).parents[1]
PACKAGES = (events, projections, connectors, pipeline)
"""What the server imports, all of it; the engine of a history, whose threads a fork loses, comes with no import."""
LIBRARIES = (
    "pandas",
    "pydantic.json_schema",
    "pydantic.main",
    "pydantic.plugin._schema_validator",
    "rich._emoji_codes",
    "rich.markdown",
    "tomllib",
    "typer._adapters",
    "typer.rich_utils",
)
"""What most commands import on their way."""
STARTERS = ("run", "pipeline.demo")
"""Words of command lines whose processes start others of the program, which are forked just so."""

_WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
_SETTLED_AT_START = ("PYTHON", "LC_", "LANG", "LD_")
_GIVEN = (
    "PYTHONPATH",
    "PYTHONIOENCODING",
)  # by `environment` of tests/pipeline/program.py; to have neither is as well
_MESSAGE_BYTES = 1 << 20
_SHOWN_BYTES = 1024  # of a command line in /proc/PID/cmdline, where others look for a home
_ARGUMENTS = slice(47, 49)  # where they begin and end, in /proc/PID/stat
_SUBREAPER = 36  # of prctl
_Popen = subprocess.Popen


class Process(subprocess.Popen[Any]):
    """A process that is forked instead of started, where its environment has nothing that only a start reads."""

    def _execute_child(self, args: Any, *how: Any) -> None:
        executable, preexec, _, passed, cwd, env, _, _, shell, *rest = how
        pipes, new_session = rest[:6], rest[11]
        env = os.environ if env is None else env
        forked = isinstance(args, list) and args[:1] == [sys.executable] and args[1] in ("-c", "-m")
        if not forked or executable or passed or shell or not _server().settles(env):
            super()._execute_child(args, *how)
            return
        sys.audit("subprocess.Popen", sys.executable, args, cwd, env)
        order = {
            "args": [os.fspath(a) for a in args],
            "cwd": os.fspath(cwd or Path.cwd()),
            "env": dict(env),
            "new_session": bool(new_session),
            "preexec": preexec and [preexec.__module__, preexec.__name__],
        }
        p2cread, _, _, c2pwrite, _, errwrite = pipes
        streams = [own if fd == -1 else fd for own, fd in enumerate((p2cread, c2pwrite, errwrite))]
        self.pid = _server().fork(order, streams)
        self._child_created = True
        self._close_pipe_fds(*pipes)


def run(args: Sequence[str], *, timeout: float, **how: Any) -> "subprocess.CompletedProcess[str]":
    """Let such a process run to its end, and return how it ended and what it printed."""
    pipe = subprocess.PIPE
    with Process(args, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", **how) as started:
        try:
            out, err = started.communicate(timeout=timeout)
        except BaseException:
            started.kill()
            raise
    return subprocess.CompletedProcess(args, started.returncode, out, err)


class _Server:
    """A server, from the outside; it ends with whoever gives it orders."""

    def __init__(self, orders: socket.socket, env: Mapping[str, str]) -> None:
        self._orders = orders
        self._settled = _settled(env)
        self._lock = threading.Lock()

    @classmethod
    def started(cls) -> Self:
        """Start the server of a process that imported what it likes."""
        ours, other = _sockets()
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        env = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
        program = "import sys; from tests.fork_server import main; main(int(sys.argv[1]))"
        process = _Popen(
            [sys.executable, "-c", program, str(other.fileno()), " " * _SHOWN_BYTES],
            cwd=ROOT,
            env={**env, **_WITHOUT_THREADS},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[other.fileno()],
        )
        other.close()
        atexit.register(process.wait)
        atexit.register(ours.close)  # which comes first
        return cls(ours, env)

    @classmethod
    def forked(cls, env: Mapping[str, str], streams: Sequence[int]) -> Self:
        """Fork the server of a process that is to begin, and whose streams it does not keep open."""
        ours, other = _sockets()
        if not os.fork():
            ours.close()
            for fd in streams:
                os.close(fd)
            _serve(other)
            os._exit(0)
        other.close()
        return cls(ours, env)

    def settles(self, env: Mapping[str, str]) -> bool:
        """Return whether an environment says to a starting Python what that of the server says."""
        settled = _settled(env)
        return settled == self._settled or settled == {
            k: v for k, v in self._settled.items() if k not in _GIVEN
        }

    def fork(self, order: dict[str, Any], streams: Sequence[int]) -> int:
        """Fork a child of this process, which takes it over when the one between the two has ended."""
        with self._lock:
            _take_over_orphans(True)
            socket.send_fds(self._orders, [json.dumps(order).encode()], streams)
            pid = int(self._orders.recv(_MESSAGE_BYTES))
            _take_over_orphans(False)
        return pid


def _settled(env: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in env.items() if k.startswith(_SETTLED_AT_START)}


def _sockets() -> tuple[socket.socket, socket.socket]:
    both = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in both:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MESSAGE_BYTES)
    return both


_servers: dict[int, _Server] = {}  # by process, for a fork has the variables of its server
_lock = threading.Lock()


def _server() -> _Server:
    with _lock:
        if os.getpid() not in _servers:
            _servers[os.getpid()] = _Server.started()
        return _servers[os.getpid()]


def _take_over_orphans(on: bool) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, int(on), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def main(orders: int) -> None:
    """Serve, from a process that was started for it."""
    gc.disable()  # importing leaves no garbage that is worth a look
    with warnings.catch_warnings(action="ignore"):  # as kafka-python calls what Python 3.11 deprecates
        for name in LIBRARIES:
            importlib.import_module(name)
        for package in PACKAGES:
            for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                if not module.name.endswith("__main__"):
                    importlib.import_module(module.name)
    gc.enable()
    gc.collect()
    gc.freeze()  # collecting would write to pages that all share
    _serve(socket.socket(fileno=orders))


def _serve(orders: socket.socket) -> None:
    """Fork a process for each order, until whoever gives them has gone."""
    while True:
        message, streams, _, _ = socket.recv_fds(orders, _MESSAGE_BYTES, 3)
        if not message:
            return
        assert 1 == len(list(Path("/proc/self/task").iterdir())), "a thread would be missing behind a fork"
        pid_read, pid_write = os.pipe()
        begin_read, begin_write = os.pipe()
        between = os.fork()
        if not between:
            pid = os.fork()
            if not pid:
                orders.close()
                for fd in (pid_read, pid_write, begin_write):
                    os.close(fd)
                os.read(begin_read, 1)  # ends when the one between has ended, and the parent is the right one
                os.close(begin_read)
                _become(json.loads(message), streams)
            os.write(pid_write, str(pid).encode())
            os._exit(0)
        os.waitpid(between, 0)
        orders.send(os.read(pid_read, _SHOWN_BYTES))
        for fd in (pid_read, pid_write, begin_read, begin_write, *streams):
            os.close(fd)


def _become(order: dict[str, Any], streams: Sequence[int]) -> NoReturn:
    """Be the process of a command line."""
    args, env = order["args"], order["env"]
    if any(word in args for word in STARTERS):
        _servers[os.getpid()] = _Server.forked(env, streams)
        subprocess.Popen = Process  # type: ignore[misc]
    if order["new_session"]:
        os.setsid()
    for own, fd in enumerate(streams):
        os.dup2(fd, own)
    for fd in streams:
        os.close(fd)
    sys.stdin = sys.__stdin__ = _opened(0, "r", sys.stdin)
    sys.stdout = sys.__stdout__ = _opened(1, "w", sys.stdout)
    sys.stderr = sys.__stderr__ = _opened(2, "w", sys.stderr)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    if order["preexec"]:
        module, name = order["preexec"]
        getattr(importlib.import_module(module), name)()
    _, form, what, *words = sys.orig_argv = args
    _show(args)
    sys.argv = [form, *words]
    try:
        if form == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            sys.path[0] = ""
            sys.modules["__main__"] = program = ModuleType("__main__")
            exec(compile(what, "<string>", "exec"), vars(program))  # noqa: S102 (what -c is for)
    except SystemExit as e:
        if not isinstance(e.code, int | None):
            sys.stderr.write(f"{e.code}\n")
        _end(e.code if isinstance(e.code, int) else int(e.code is not None))
    except Exception:  # noqa: BLE001 (as Python ends with what nobody caught)
        traceback.print_exc()
        _end(1)
    _end(0)


def _end(status: int) -> NoReturn:
    """End as Python does, except that it takes down no modules, whose memory all share."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status & 0xFF)


def _opened(fd: int, mode: str, like: Any) -> Any:
    """Open a standard stream as a starting Python does, for the server found other files behind its own."""
    line_by_line = fd == 2 or os.isatty(fd)
    buffering = 1 if line_by_line else -1
    return open(fd, mode, buffering, like.encoding, like.errors, closefd=False)


def _show(args: Sequence[str]) -> None:
    """Write a command line where that of the server stood."""
    begin, end = map(int, Path("/proc/self/stat").read_text("utf-8").split()[_ARGUMENTS])
    line = b"\0".join(map(os.fsencode, args))[: end - begin - 1]
    ctypes.memmove(begin, line.ljust(end - begin, b"\0"), end - begin)
