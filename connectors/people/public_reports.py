"""Reports of the public, in the database of the people store: counted, erasable, readings of contacts logged."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec

from connectors.people.mentions import Names, mention_in
from connectors.people.person import Action, Caller, PeopleRefusedError
from connectors.people.sql import SqlPeople
from events.instants import DAY_US, SHANGHAI, from_micros, to_micros
from events.messages import message

KEEP_CONTACT_US = 30 * DAY_US
"""How long a contact stays after its report is settled; the privacy notice says so."""

FIELDS = (
    *(
        "id",
        "year",
        "number",
        "account",
        "called",
        "matter",
        "rating",
        "text",
        "link",
        "contact",
        "via",
        "at",
    ),
    *("state", "settled_at", "settled_by", "reason", "fact", "erased"),
)
"""Columns of a report, for whoever moves them."""

_ALL = ", ".join(FIELDS)
_VALUES = ", ".join(f":{name}" for name in FIELDS)
_PUT = f"INSERT INTO public_reports ({_ALL}) VALUES ({_VALUES})"  # noqa: S608 (names of our own, here and below)
_NEXT = "SELECT coalesce(max(number), 0) + 1 FROM public_reports WHERE year = :year"
_SAME = f"""
SELECT {_ALL} FROM public_reports
WHERE at > :since AND at <= :until AND erased = 0 AND account = :account AND called = :called AND matter = :matter
    AND rating = :rating AND text = :text AND link = :link AND contact = :contact
ORDER BY at LIMIT 1
"""  # noqa: S608
_COUNT = "SELECT count(*) FROM public_reports WHERE at > :since AND via = 'web'"
_COUNT_OPEN = "SELECT count(*) FROM public_reports WHERE state = 'open'"
_LIST = f"SELECT {_ALL} FROM public_reports ORDER BY at DESC, number DESC"  # noqa: S608
_FIND = f"SELECT {_ALL} FROM public_reports WHERE year = :year AND number = :number"  # noqa: S608
_SETTLE = """
UPDATE public_reports SET state = :state, settled_at = :at, settled_by = :by, reason = :reason, fact = :fact
WHERE id = :id AND state = 'open' RETURNING id
"""
_REOPEN = """
UPDATE public_reports SET state = 'open', settled_at = 0, settled_by = '', reason = '', fact = ''
WHERE id = :id AND state <> 'open' AND fact = :fact
"""
_ERASE = """
UPDATE public_reports SET called = '', text = '', link = '', contact = '', reason = '', erased = 1
WHERE id = :id AND erased = 0
"""
_OVERDUE = """
SELECT id FROM public_reports WHERE contact <> '' AND state <> 'open' AND settled_at < :oldest ORDER BY at
"""
_FORGET_CONTACT = "UPDATE public_reports SET contact = '' WHERE id = :id"
_NAMES = "SELECT DISTINCT name FROM people WHERE name <> ''"
_NOTE = """
INSERT INTO text_accesses (at, by_whom, action, reason, text_id) VALUES (:at, :by, :action, :reason, :id)
"""
_LOCK_NUMBERS = (  # of two who report at once on PostgreSQL one waits here
    "UPDATE public_reports SET number = number WHERE year = :year AND number = 1"
)
_BY_TIME = "time limit 期满删除"


class ReportGiven(msgspec.Struct, frozen=True):
    """What somebody reported; texts are bounded by whoever takes them."""

    matter: str
    called: str = ""  # what was typed for the account
    account: str = ""  # account id; empty: none that the directory has
    rating: int = 0  # 1 to 5; 0: none
    text: str = ""
    link: str = ""
    contact: str = ""
    via: str = "web"  # or file


class PublicReport(msgspec.Struct, frozen=True):
    """A report as the office sees it; the contact is read apart, with a reason."""

    id: str
    number: str  # 2026-12
    account: str
    called: str
    matter: str
    rating: int
    text: str
    link: str
    has_contact: bool
    via: str
    at: datetime
    state: str  # open, taken, handled, dismissed
    settled_at: datetime | None
    settled_by: str
    reason: str
    fact: str
    erased: bool


class PublicReports:
    """Reports in an open people store, which stays open for as long as this is used; raises `PeopleError`."""

    def __init__(self, store: SqlPeople) -> None:
        self._store = store

    def put(self, given: ReportGiven, at: datetime, same_within_us: int = DAY_US) -> PublicReport:
        """Keep a report, durable on return; one that says the same as another of that time is that one."""
        now = to_micros(at)
        year = at.astimezone(SHANGHAI).year
        fields = msgspec.structs.asdict(given)
        with self._store.transaction():
            self._store.run(_LOCK_NUMBERS, {"year": year})
            same = {name: fields[name] for name in fields if name != "via"}
            span = {"since": now - same_within_us, "until": now + same_within_us}
            if found := self._store.run(_SAME, {**same, **span}):
                return _report(found[0])
            ((number,),) = self._store.run(_NEXT, {"year": year})
            row: dict[str, Any] = {
                **fields,
                "id": uuid4().hex,
                "year": year,
                "number": int(number),
                "at": now,
                "state": "open",
                "settled_at": 0,
                "settled_by": "",
                "reason": "",
                "fact": "",
                "erased": 0,
            }
            self._store.run(_PUT, row)
        return _report(tuple(row[name] for name in FIELDS))

    def count_since(self, at: datetime) -> int:
        """Return how many reports came over the web since a moment."""
        with self._store.snapshot():
            ((count,),) = self._store.run(_COUNT, {"since": to_micros(at)})
        return int(count)

    def count_open(self) -> int:
        """Return how many reports nobody closed."""
        with self._store.snapshot():
            ((count,),) = self._store.run(_COUNT_OPEN, {})
        return int(count)

    def reports(self) -> list[PublicReport]:
        """Return every report, the newest first; erased ones too. Not logged."""
        with self._store.snapshot():
            return [_report(row) for row in self._store.run(_LIST, {})]

    def find(self, number: str) -> PublicReport | None:
        """Return a report by its number for people, None where there is none."""
        row = self._row(number)
        return None if row is None else _report(row)

    def contact(self, number: str, caller: Caller) -> str:
        """Return how whoever reported can be reached, empty where nobody can; the reading is logged."""
        row = self._row(number)
        if row is None:
            return ""
        with self._store.transaction():
            self._note(caller, Action.READ, _named(row)["id"])
        return str(_named(row)["contact"])

    def settle(self, report_id: str, state: str, at: datetime, by: str, reason: str, fact: str) -> bool:
        """Close an open report; False where somebody closed it before, and nothing was done."""
        values = {
            "id": report_id,
            "state": state,
            "at": to_micros(at),
            "by": by,
            "reason": reason,
            "fact": fact,
        }
        with self._store.transaction():
            return bool(self._store.run(_SETTLE, values))

    def reopen(self, report_id: str, fact: str) -> None:
        """Open a report again that was closed for a fact which was not recorded."""
        with self._store.transaction():
            self._store.run(_REOPEN, {"id": report_id, "fact": fact})

    def erase(self, number: str, caller: Caller) -> bool:
        """Erase what a report says, for good; number, matter and what became of it stay. False where it was erased."""
        row = self._row(number)
        if row is None or _named(row)["erased"]:
            return False
        with self._store.transaction():
            self._note(caller, Action.ERASED, _named(row)["id"])
            self._store.run(_ERASE, {"id": _named(row)["id"]})
        self._store.wipe_erased()
        return True

    def forget_contacts(self, now: datetime) -> int:
        """Erase the contacts of reports that were settled long enough ago; returns how many."""
        with self._store.snapshot():
            overdue = self._store.run(_OVERDUE, {"oldest": to_micros(now) - KEEP_CONTACT_US})
        if not overdue:
            return 0
        with self._store.transaction():
            for (report_id,) in overdue:
                self._note(Caller("system", _BY_TIME), Action.ERASED, str(report_id))
                self._store.run(_FORGET_CONTACT, {"id": report_id})
        self._store.wipe_erased()
        return len(overdue)

    def _row(self, number: str) -> tuple[Any, ...] | None:
        year, dash, place = number.partition("-")
        if not (number.isascii() and dash and year.isdecimal() and place.isdecimal() and len(number) < 16):
            return None
        with self._store.snapshot():
            rows = self._store.run(_FIND, {"year": int(year), "number": int(place)})
        return rows[0] if rows else None

    def _note(self, caller: Caller, action: Action, report_id: str) -> None:
        names = Names(str(name) for (name,) in self._store.run(_NAMES, {}))
        if not (caller.by.strip() and caller.reason.strip()):
            raise PeopleRefusedError(message("say who asks for people, and why: the access log keeps both"))
        if mention_in(caller.reason, names) or mention_in(caller.by, names):
            raise PeopleRefusedError(
                message(
                    "who asks, or why, tells of a person; the access log outlives the texts: say it otherwise"
                )
            )
        values = {
            "at": to_micros(datetime.now(UTC)),
            "by": caller.by,
            "action": str(action),
            "reason": caller.reason,
            "id": report_id,
        }
        self._store.run(_NOTE, values)


def _named(row: tuple[Any, ...]) -> Mapping[str, Any]:
    return dict(zip(FIELDS, row, strict=True))


def _report(row: tuple[Any, ...]) -> PublicReport:
    fields = _named(row)
    return PublicReport(
        id=fields["id"],
        number=f"{fields['year']}-{fields['number']}",
        account=fields["account"],
        called=fields["called"],
        matter=fields["matter"],
        rating=fields["rating"],
        text=fields["text"],
        link=fields["link"],
        has_contact=bool(fields["contact"]),
        via=fields["via"],
        at=from_micros(fields["at"]),
        state=fields["state"],
        settled_at=from_micros(fields["settled_at"]) if fields["settled_at"] else None,
        settled_by=fields["settled_by"],
        reason=fields["reason"],
        fact=fields["fact"],
        erased=bool(fields["erased"]),
    )
