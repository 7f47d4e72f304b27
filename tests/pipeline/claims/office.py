"""An office with two clerks at once, and what their races left in the log."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from connectors.log.port import FACTS
from events.base import Payload
from events.codec import CODEC, Event
from events.ids import derived_native
from events.instants import parse_instant
from pipeline.home.folder import Home
from tests.pipeline import small_city as c
from tests.pipeline.claims.clerk import Clerk, race
from tests.pipeline.program import Answer, asked, done

Words = tuple[object, ...]
OVERRIDES = tuple(
    word
    for account in (c.UNSEEN, derived_native("抖音", c.DERIVED_NAME, "某市教育局"))
    for word in ("--override", f"{account}=平台故障，已人工查看")
)


class Office(msgspec.Struct):
    """A home with the small city in it, and two clerks; on Kafka each of them has a home of its own."""

    home: Path
    clerks: tuple[Clerk, Clerk]

    def race(self, first: Words, second: Words) -> tuple[Answer, Answer]:
        """Run a command of each clerk at once; at least one wins, and a loser says who won."""
        answers = race((self.clerks[0], first), (self.clerks[1], second))
        assert 0 in [a.status for a in answers], answers
        for answer in answers:
            assert answer.status in (0, 1), answer.err
            assert answer.status == 0 or "xuncha: " in answer.err, answer
        return answers

    def race_for_one(self, first: Words, second: Words) -> int:
        """Run two commands that contradict each other; returns which one won: the other says that it lost."""
        statuses = [a.status for a in self.race(first, second)]
        assert sorted(statuses) == [0, 1], statuses
        return statuses.index(0)

    def facts(self, *types: str) -> list[Event[Payload]]:
        """Return the facts of these types in the log, repeats too."""
        with closing(Home(self.home).open_log()) as log:
            records = [r for p in range(log.partitions) for r in log.read(FACTS, p, 0, 1 << 30)]
        events = (CODEC.decode(record.value) for record in records)
        return [event for event in events if event.type in types]

    def count(self, *types: str) -> Counter[str]:
        return Counter(event.type for event in self.facts(*types))

    def assert_nothing_is_left(self) -> None:
        """No claim waits, and no act lost its claim."""
        told = asked(self.home, "claims", "list", "--waiting")
        assert ([], []) == (told["rows"], told["void_acts"])


def races_for_rounds(office: Office, names: Sequence[str]) -> list[str]:
    """Two announce a round with different plans, both draw it, both freeze it: one plan, one sample, one run.

    Returns the names as their winners wrote them: one of the two wrote an r of full width.
    """
    won = []
    for plain in names:
        written = (plain, plain.replace("r", "ｒ"))
        announce = [
            ("round", "announce", name, "--check-point", c.CHECK_POINT, "--title", name) for name in written
        ]
        name = written[office.race_for_one(*announce)]
        won.append(name)
        office.race(("round", "draw", name), ("round", "draw", name))
        runs = len(asked(office.home, "rounds")["rows"])
        freeze = ("round", "freeze", name, "--json", "--although", "试点")
        answers = office.race(freeze, freeze)
        assert 1 == len({a.json["run_id"] for a in answers if a.status == 0})
        assert runs + 1 == len(asked(office.home, "rounds")["rows"])
    types = ("round.announced", "sample.drawn", "round.frozen")
    assert Counter(dict.fromkeys(types, len(won))) == _of(office, won, types)
    return won


def races_for_decisions(office: Office, name: str, races: int) -> None:
    """One upholds an objection with a post, the other rejects it: one decision, and a post only where it was upheld."""
    upheld = 0
    for n in range(races):
        words = ("round", "object", name, "--account", c.SILENT, "--silence", "--reason", f"{n} 已发布")
        objection = asked(office.home, *words)["objection_id"]
        at = parse_instant(c.CHECK_POINT).replace(minute=n % 60, hour=1 + n // 60).isoformat()
        posts = office.count("post.published")["post.published"]
        post = ("--post-link", f"https://example.cn/{name}/{n}", "--post-at", at)
        winner = office.race_for_one(
            ("round", "decide", objection, "--upheld", "--reason", "属实", *post),
            ("round", "decide", objection, "--rejected", "--reason", "不属实"),
        )
        upheld += winner == 0
        assert posts + (winner == 0) == office.count("post.published")["post.published"]
    assert races == _of(office, [name], ("objection.decided",))["objection.decided"]


def races_for_filings(office: Office, races: int) -> None:
    """Two opinions on an application, and two openings on it with another day: one of each, one account."""
    before = office.count("filing.opinion_given", "filing.filed", "account.opened")
    for n in range(races):
        name = f"某市出行{n}"
        apply = (
            "filings",
            "apply",
            "--name",
            name,
            "--platform",
            "抖音",
            "--owner",
            "某局",
            "--at",
            "2023-01-10",
        )
        (case,) = asked(office.home, *apply)["cases"]
        opinion = ("filings", "opinion", case, "--by", "office", "--at", "2023-01-12")
        office.race_for_one((*opinion, "--approve"), (*opinion, "--refuse"))
        file = ("filings", "file", case, "--filed", "2023-01-29", "--effective")
        office.race_for_one((*file, "2023-01-20"), (*file, "2023-01-21"))
    after = office.count("filing.opinion_given", "filing.filed", "account.opened")
    assert dict.fromkeys(after, races) == dict(after - before)


def races_for_numbers(office: Office, names: Sequence[str], out: Path) -> None:
    """Two bulletins under one number, in other brackets: one is issued. Who lost tries the next number.

    At last one draft under two numbers: it is issued once. Each clerk has an edition of his own.
    """
    done(office.home, "office", "set", "--name", "某办", "--letterhead", "某办文件")
    desks = [_signed(office, 0, names[0], out), _signed(office, 1, names[0], out)]
    for n, name in enumerate([*names[1:], None]):
        before = [_issued(desk.folder) for desk in desks]
        numbers = (f"江府办〔2021〕{n}号", f"江府办[２０２１] {n}号")
        won = office.race_for_one(*(desk.issue(number) for desk, number in zip(desks, numbers, strict=True)))
        after = [_issued(desk.folder) for desk in desks]
        assert [numbers[won]] == sorted(set(after[won]) - set(before[won]))
        assert before[1 - won] == after[1 - won]
        if name is not None:
            desks[won] = _signed(office, won, name, out)
    last = desks[1 - won]
    numbers = ("江办1甲", "江办1乙")
    won = office.race_for_one(*(last.issue(number) for number in numbers))
    assert [numbers[won]] == _issued(last.folder)
    assert len(names) + 1 == _of(office, names, ("bulletin.issued",))["bulletin.issued"]


def races_for_adoptions(office: Office, races: int) -> None:
    """Two put one ruleset in force by different documents: whoever is told that he did has one adoption in the log."""
    before, won = office.count("ruleset.adopted"), 0
    words = ("rulesets", "adopt", "jiangsu-kunshan-2019-162", "--title", "检查指标", "--on", "2020-01-01")
    for n in range(races):
        documents = (f"甲办〔2020〕{n}号", f"乙办〔2020〕{n}号")
        answers = office.race(*((*words, "--document", document) for document in documents))
        won += sum(answer.status == 0 for answer in answers)
    assert won == (office.count("ruleset.adopted") - before)["ruleset.adopted"]


class Desk(msgspec.Struct, frozen=True):
    """A signed draft that waits for its number."""

    name: str
    folder: Path
    edition: Words

    def issue(self, number: str) -> Words:
        end = ("--out", self.folder, *self.edition, *OVERRIDES, "--on", "2021-07-01")
        return ("bulletin", "issue", self.name, "--number", number, *end)


def _signed(office: Office, clerk: int, name: str, out: Path) -> Desk:
    """Let a clerk draft, check and sign his edition of a round's bulletin."""
    desk = Desk(name, out / name / str(clerk), ("--internal",) if clerk else ())
    for step in ("draft", "check"):
        office.clerks[clerk].done("bulletin", step, name, "--out", desk.folder, *desk.edition)
    office.clerks[clerk].done("bulletin", "sign", name, "--office", "某办", "--role", "主任", *desk.edition)
    return desk


def build(home: Path, folder: Path) -> None:
    """Bring the small city into a home that is running, ticks and all."""
    done(home, "accounts", "import", c.registry(folder))
    done(home, "polls", "replay", c.recorded_polls(folder), "--as-history")


def _of(office: Office, names: Sequence[str], types: tuple[str, ...]) -> Counter[str]:
    subjects = {f"round:{name}" for name in names}
    return Counter(e.type for e in office.facts(*types) if e.subject in subjects)


def _issued(folder: Path) -> list[str]:
    """Return what an edition was issued under; a folder that waits for its fact is none."""
    issued = folder / "issued"
    return sorted(f.name for f in issued.iterdir() if f.name[0] != ".") if issued.exists() else []
