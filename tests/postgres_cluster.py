"""A PostgreSQL cluster of the tests' own, from Debian's packages, in a folder in /tmp and on a socket there."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

_ACCOUNTS = ("postgres", "nobody")  # whom root runs it as: initdb refuses root
_WITHIN_S = 60.0


class MissingError(Exception):
    """PostgreSQL is not there; the message says what was looked for."""


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL, of the newest release; raises `MissingError`."""
    found = shutil.which(name)
    if found is not None and not Path(found).resolve().name.startswith("pg_wrapper"):
        return found
    releases = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(releases, key=lambda p: int(p.parts[-3]), default=None)
    if newest is None:
        raise MissingError(f"no PostgreSQL: {name} is neither on the path nor in /usr/lib/postgresql/*/bin")
    return str(newest)


class Cluster:
    """One server without network; its folder goes with it."""

    def __init__(self) -> None:
        self._initdb, self._postgres = program("initdb"), program("postgres")
        self._user = _other_user() if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="xuncha-pg-", dir="/tmp"))  # a path of a socket is short
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self.data = self.folder / "data"
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """Return the connection string of a database."""
        user = self._user.pw_name if self._user else pwd.getpwuid(os.getuid()).pw_name
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    def start(self) -> None:
        """Make the cluster and start its server; returns when it answers."""
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        subprocess.run(
            [self._initdb, "-D", str(self.data), *options],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user(),
        )
        settings = ("listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off")
        words = [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [self._postgres, "-D", str(self.data), *words],
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self.folder,
                **self._as_user(),
            )
        self._await_answer(self._server)

    def remove(self) -> None:
        """End the server at once, and take its folder away."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=_WITHIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def dump(self, database: str) -> str:
        """Return all that a database holds, as `pg_dump` writes it."""
        done = subprocess.run(
            [program("pg_dump"), self.url(database)],
            check=True,
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        return done.stdout

    def _await_answer(self, server: subprocess.Popen[bytes]) -> None:
        import psycopg

        deadline = time.monotonic() + _WITHIN_S
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                log = (self.folder / "server.log").read_text("utf-8", "replace")
                assert server.poll() is None, log
                assert time.monotonic() < deadline, log
                time.sleep(0.05)
            else:
                return

    def _as_user(self) -> dict[str, object]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


def _other_user() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _ACCOUNTS if name in known)
