"""Observations of programs become facts by the services that take the sheets of people.

Each row stands or falls alone. The same rows again are the same facts: nothing is added, and the answer is the same.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from connectors.sheets.errors import SheetErrors
from connectors.sheets.rows import AccountRef, FindingRow, LookRow, PostRow
from events import fact_ids
from events.account import AccountSpotted
from events.base import Payload
from events.codec import Event
from events.fields import field, marked
from events.messages import message
from events.post import PostPublished
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_filed_again, filed_again
from pipeline.home.errors import UsageError
from pipeline.home.rulesets import find_ruleset
from pipeline.home.texts import PersonalDataError
from pipeline.home.workspace import Workspace
from pipeline.office.accounts import spotted_event
from pipeline.office.imports import finding_events, post_events
from pipeline.office.looks import look_events
from pipeline.office.observations.book import Book, book_of
from pipeline.office.observations.rows import Reader, RowError, refusal
from pipeline.office.observations.told import (
    MOST_ROWS,
    Accepted,
    Allowed,
    FindingTold,
    LookTold,
    Observation,
    PostTold,
    Refused,
    SpottedTold,
    Taken,
    Unreadable,
)
from pipeline.office.post_keys import post_key, settle_known

R = TypeVar("R", PostRow, LookRow, FindingRow)
_BATCH = Path("batch")
_FIELDS = {
    "最新发布时间": "newest_post_at",
    "发布时间": "at",
    "性质": "severity",
    "问题": "rule",
    "账号ID": "account",
}
"""Columns of the sheets that the services name, as fields of a row."""
_OTHER_TOKEN = message("ask for a token that may")


class _Fact(NamedTuple):
    row: int
    event: Event[Payload]  # whose id answers the row
    beside: tuple[Event[Payload], ...] = ()  # what goes into the log before it


class _Batch:
    """One batch on its way: what was refused, and the facts of what was not."""

    def __init__(self, workspace: Workspace, allowed: Allowed, reader: Reader) -> None:
        self.workspace = workspace
        self.allowed = allowed
        self.reader = reader
        self.book: Book = book_of(workspace)
        self.within = self.book.within(allowed)
        self.refused: dict[int, Refused] = {}
        self.posts: list[PostRow] = []
        self.looks: list[LookRow] = []
        self.findings: list[FindingRow] = []
        self.facts: list[_Fact] = []

    def read(self, row: int, given: Observation | Unreadable) -> None:
        """Take a row, or note why not."""
        try:
            self._read(row, given)
        except RowError as e:
            self.refuse(row, e.field, e.value, e.problem, e.remedy)

    def _read(self, row: int, given: Observation | Unreadable) -> None:
        if isinstance(given, Unreadable):
            raise RowError(given.field, "", given.problem, message("write it as /openapi.json says"))
        kind = _KINDS[type(given)]
        if kind not in self.allowed.kinds:
            problem = message("is of a kind that this token may not hand in")
            raise RowError("type", kind, problem, _OTHER_TOKEN)
        if isinstance(given, SpottedTold):
            self._spotted(row, given)
            return
        account = AccountRef(self.book.subject(given.account, self.within), None, None, None)
        if isinstance(given, PostTold):
            self.posts.append(self.reader.post(row, given, account))
        elif isinstance(given, LookTold):
            self.looks.append(self.reader.look(row, given, account))
        else:
            self.findings.append(self.reader.finding(row, given, account, self._finder(given.finder)))

    def refuse(self, row: int, name: str, value: str, problem: str, remedy: str) -> None:
        """Note why a row is not taken; what may tell of a person is not repeated."""
        self.refused.setdefault(row, refusal(row, RowError(name, value, problem, remedy)))

    def make_facts(self) -> None:
        """Make the facts of what was read; rows that their service refuses are refused alone."""
        for post in self._settled(self.posts, self._post_facts):
            self.facts.append(post)
        for look in self._settled(self.looks, self._look_facts):
            self.facts.append(look)
        for finding in self._settled(self.findings, self._finding_facts):
            self.facts.append(finding)

    def _settled(self, rows: Sequence[R], make: Callable[[Sequence[R]], list[_Fact]]) -> list[_Fact]:
        left = list(rows)
        while left:
            try:
                return make(left)
            except SheetErrors as e:
                for error in e.errors:
                    name = _FIELDS.get(error.column, error.column)
                    self.refuse(error.row, name, error.value, error.problem, error.remedy)
                still = [row for row in left if row.row not in self.refused]
                if len(still) == len(left):
                    raise  # it named none of ours, and would go on for ever
                left = still
        return []

    def _post_facts(self, rows: Sequence[PostRow]) -> list[_Fact]:
        registry = self.book.resolved
        settled = settle_known(self.workspace, _BATCH, rows, registry)
        by_id = {event.id: event for event in post_events(_BATCH, settled, registry, None)}
        ids = [fact_ids.post_published(SHEETS, str(r.account.given_id), post_key(r)) for r in settled]
        return [_Fact(row.row, by_id[post]) for row, post in zip(settled, ids, strict=True)]

    def _look_facts(self, rows: Sequence[LookRow]) -> list[_Fact]:
        events = look_events(self.workspace, _BATCH, rows, self.book.resolved)
        by_look: dict[tuple[str, datetime], _Fact] = {}
        post: Event[Payload] | None = None
        for event in events:
            if isinstance(event.data, PostPublished):
                post = event
                continue
            beside = (post,) if post is not None else ()
            by_look[event.subject, event.time] = _Fact(0, event, beside)
            post = None
        of_rows = ((row.row, by_look[str(row.account.given_id), row.looked_at]) for row in rows)
        return [fact._replace(row=row) for row, fact in of_rows]

    def _finding_facts(self, rows: Sequence[FindingRow]) -> list[_Fact]:
        events = finding_events(_BATCH, rows, self.book.resolved, self.reader.rules, self.reader.now)
        return [_Fact(row.row, event) for row, event in zip(rows, events, strict=True)]

    def _spotted(self, row: int, given: SpottedTold) -> None:
        if self.within is not None:
            problem = message("is of no area or unit yet, and this token tells of its own alone")
            raise RowError("type", "account", problem, _OTHER_TOKEN)
        at = self.reader.moment("at", given.at)
        data = AccountSpotted(
            given_id=given.id.strip(),
            name=given.name.strip(),
            platform=given.platform.strip(),
            owner=given.owner.strip(),
            finder=self._finder(given.finder),
            date_only=at.date_only,
        )
        try:
            self.facts.append(_Fact(row, spotted_event(data, at)))
        except UsageError as e:
            remedy = message("write it as the platform shows it, or shorten it")
            raise RowError("name", given.name, marked(e), remedy) from None

    def _finder(self, stated: str) -> str:
        """Return as who a finding is told: whoever the token is of."""
        finders = self.allowed.finders
        stated = stated.strip()
        if not finders or stated in finders:
            return stated
        if not stated and len(finders) == 1:
            return next(iter(finders))
        problem = message("is not as whom this token may tell")
        raise RowError("finder", stated, problem, message("leave {field} out", field=field("finder")))


_KINDS: dict[type, str] = {PostTold: "post", LookTold: "look", FindingTold: "finding", SpottedTold: "account"}


def take_observations(
    workspace: Workspace,
    batch: Sequence[Observation | Unreadable],
    allowed: Allowed,
    actor: Actor,
    now: datetime,
) -> Taken:
    """Take a batch of at most `MOST_ROWS` rows; raises `UsageError` for more.

    Everything that stands goes into the log in one go before this returns.
    """
    if len(batch) > MOST_ROWS:
        raise UsageError(message("a batch has at most {most} rows; send several", most=MOST_ROWS))
    home = workspace.home
    findings = any(isinstance(given, FindingTold) for given in batch)
    ruleset = find_ruleset(home.settings.ruleset, home.path).ruleset if findings else None
    taking = _Batch(workspace, allowed, Reader(now, ruleset))
    for row, given in enumerate(batch):
        taking.read(row, given)
    taking.make_facts()
    facts = _without_people(taking, taking.facts)
    ids = _append(workspace, facts, actor)
    answers: dict[int, Accepted | Refused] = {**taking.refused}
    answers |= {row: Accepted(row, fact) for row, fact in ids.items()}
    return Taken(tuple(answers[row] for row in range(len(batch))))


def _append(workspace: Workspace, facts: Sequence[_Fact], actor: Actor) -> dict[int, UUID]:
    """Append the facts that are new, all at once; returns the id that each row has."""
    events = [event for fact in facts for event in (*fact.beside, fact.event)]
    if not events:
        return {}
    ids = dict.fromkeys(event.id for event in events)
    refiled = filed_again(workspace.known, events)
    named = dict(zip(ids, dict.fromkeys(event.id for event in refiled), strict=True))
    append_filed_again(workspace, signed(refiled, actor))
    return {fact.row: named[fact.event.id] for fact in facts}


def _without_people(taking: _Batch, facts: list[_Fact]) -> list[_Fact]:
    """Return the facts whose texts tell of no person; rows of the others are refused, and not repeated."""
    try:
        taking.workspace.home.texts.refuse_in_facts(list(_events(facts)))
    except PersonalDataError:
        if len(facts) > 1:
            half = len(facts) // 2
            return [*_without_people(taking, facts[:half]), *_without_people(taking, facts[half:])]
        problem = message("tells of a person: a mobile number, or a name of the people store")
        remedy = message("take it out, and write the role in its place")
        taking.refuse(facts[0].row, "note", "", problem, remedy)
        return []
    return facts


def _events(facts: Iterable[_Fact]) -> Iterable[Event[Any]]:
    return (event for fact in facts for event in (*fact.beside, fact.event))
