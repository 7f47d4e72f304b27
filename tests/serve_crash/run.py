"""One run: `serve`, its pages or the owner of the home die at random moments, and at the end all is counted."""

import os
import random
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec

from connectors.log.port import FACTS
from connectors.readmodel.sqlite import SqliteReadModel
from events.codec import CODEC
from events.focus import FocusFlagged
from events.post import PostPublished
from pipeline.access.store import open_signin
from pipeline.access.tokens import AddToken, TokenKind, make_token
from pipeline.access.user_care import SYSTEM, AddUser, add_user
from pipeline.access.users import Grant, Role
from pipeline.home.folder import Home
from pipeline.home.read_model import ReadModel
from pipeline.home.workspace import open_workspace
from pipeline.office.finding_views import finding_views
from tests.pipeline.console.city import ACCOUNTS, city_in
from tests.pipeline.console.signed import PASSWORD
from tests.pipeline.program import command, environment
from tests.serve_crash.writers import Clerk, Program, Writer

CLERKS = ("wang", "li", "zhao")
PROGRAMS = ("one", "two")
LIVES_S = (0.5, 6.0)
"""A server is killed so long after it answered for the first time."""
ANSWERS_WITHIN_S = 60.0
TARGETS = ("serve", "serve", "console", "owner")
"""All of it, the pages alone, or the owner of the home alone, whose pages have to end by themselves."""


class Plan(msgspec.Struct, frozen=True):
    """How many kills, and in which order."""

    kills: int
    seed: int = 1
    lives_s: tuple[float, float] = LIVES_S


class Verdict(msgspec.Struct):
    """What is found at the end."""

    kills: int
    acts: int  # that were answered for
    lost: int  # of these, not there
    doubled: int  # marks that are there more than once, answered for or not
    odd: list[str]
    same_model: bool  # the read model equals the one made anew from the log

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.odd) and self.same_model and self.acts > self.kills

    def line(self) -> str:
        """Return the closing line."""
        model = "equal" if self.same_model else "DIFFERS"
        odd = f" odd {self.odd[:3]}" if self.odd else ""
        return (
            f"kills {self.kills} acts {self.acts} lost {self.lost} doubled {self.doubled}"
            f" read_model {model}{odd}"
        )


class Server:
    """`xuncha serve` in a group of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self._command = command(home, "serve", "--port", str(port), "--no-ticks")
        self._log = home.parent / "serve.log"
        self.url = f"http://127.0.0.1:{port}"
        self._start()

    def _start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(),
                start_new_session=True,
            )

    def kill(self, what: str) -> None:
        """Kill a part, and start what does not start by itself."""
        if what == "console":
            for pid in _children(self._process.pid, "console"):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return
        if what == "owner":
            self._process.kill()
        else:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        self._start()

    def await_answer(self) -> None:
        """Wait until pages are answered."""
        deadline = time.monotonic() + ANSWERS_WITHIN_S
        while True:
            if self._process.poll() is not None:
                self._start()
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/login", timeout=5).status_code == httpx.codes.OK:
                    return
            if time.monotonic() > deadline:
                raise TimeoutError(f"no page within {ANSWERS_WITHIN_S} s; see {self._log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as an operator does."""
        self._process.terminate()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            raise


def run(plan: Plan, folder: Path, say: Callable[[str], None]) -> Verdict:
    """Kill as the plan says, while clerks and programs write; then count."""
    home = city_in(folder)
    token, before = _people(home), _posts(home)
    accounts = [a.native for a in ACCOUNTS]
    chance = random.Random(plan.seed)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(home, port)
    writers: list[Writer] = [
        *(Clerk(login, server.url, accounts) for login in CLERKS),
        *(Program(name, server.url, accounts, token) for name in PROGRAMS),
    ]
    try:
        server.await_answer()
        for writer in writers:
            writer.start()
        for n in range(plan.kills):
            time.sleep(chance.uniform(*plan.lives_s))
            what = chance.choice(TARGETS)
            server.kill(what)
            server.await_answer()
            say(f"{n + 1:4} killed {what}, {sum(len(w.acked) for w in writers)} acts answered")
        time.sleep(plan.lives_s[1])
        for writer in writers:
            writer.stop()
        for writer in writers:
            writer.join(ANSWERS_WITHIN_S)
    finally:
        server.stop()
    return _verdict(plan, home, writers, before)


def _people(home: Path) -> str:
    """Add clerks and the token of the programs."""
    now = datetime.now(UTC)
    with closing(open_signin(Home(home))) as store:
        for login in CLERKS:
            add_user(store, AddUser(login, f"{login}某", (Grant(Role.CLERK),), PASSWORD), SYSTEM, now)
        asked = AddToken("监测程序", (TokenKind.POST,), (), now + timedelta(days=1))
        return make_token(store, asked, None, now).secret


def _verdict(plan: Plan, home: Path, writers: list[Writer], before: set[str]) -> Verdict:
    clerks = [writer for writer in writers if isinstance(writer, Clerk)]
    programs = [writer for writer in writers if isinstance(writer, Program)]
    there = Counter(_marks(home))
    posts = _posts(home)
    acked = [mark for clerk in clerks for mark in clerk.acked]
    ids = [post for program in programs for post in program.acked]
    more_posts = len(posts - before) - sum(len(program.sent) for program in programs)
    return Verdict(
        kills=plan.kills,
        acts=len(acked) + len(ids),
        lost=sum(there[mark] == 0 for mark in acked) + sum(post not in posts for post in ids),
        doubled=sum(there[mark] > 1 for clerk in clerks for mark in clerk.sent) + max(0, more_posts),
        odd=[odd for writer in writers for odd in writer.odd],
        same_model=_same_model(home),
    )


def _marks(home: Path) -> Iterator[str]:
    """Yield the mark of each act of a clerk that the log holds, as often as it does."""
    with open_workspace(Home(home)) as workspace:
        for view in finding_views(workspace):
            yield view.note
        for k in workspace.known.read((FocusFlagged.type,)):
            if isinstance(k.event.data, FocusFlagged):
                yield k.event.data.reason


def _posts(home: Path) -> set[str]:
    """Return the ids of the posts that the log holds; a record that stands there twice is one fact (promise 2)."""
    with closing(Home(home).open_embedded_log()) as log:
        records = [r for p in range(log.partitions) for r in log.read(FACTS, p, 0, 1 << 30)]
    events = [CODEC.decode(record.value) for record in records]
    return {str(event.id) for event in events if isinstance(event.data, PostPublished)}


def _same_model(home: Path) -> bool:
    opened = Home(home)
    with (
        closing(opened.open_embedded_log()) as log,
        closing(SqliteReadModel(opened.read_model_path, log.incarnation)) as grown,
        closing(SqliteReadModel(home.parent / "anew.sqlite", log.incarnation)) as anew,
    ):
        ReadModel(log, grown).catch_up()
        ReadModel(log, anew).catch_up()
        return bool(grown.content() == anew.content())


def _children(pid: int, word: str) -> list[int]:
    """Return the children of a process whose command line has a word."""
    found = []
    for path in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
        with suppress(OSError):
            if word.encode() in Path(f"/proc/{path}/cmdline").read_bytes().split(b"\0"):
                found.append(int(path))
    return found
