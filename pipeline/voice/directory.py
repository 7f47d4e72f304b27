"""Who is who on a day, for routing: read of people store, duty table and registry, without names of people."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta

import structlog

from connectors.log.port import LogError
from connectors.people.duty import DutyTable
from connectors.people.person import PeopleError
from events.days import chinese_day
from events.instants import FAR
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.people import FILE_NAME, open_people
from pipeline.home.read_model import open_read_model
from projections.patrol.states import CARD_TYPES
from projections.registry.cards import cards_at
from projections.registry.units import UNIT_TYPES, units_at
from projections.voice.routing import Contact, Directory, Turn

FRESH_S = 60.0
"""A change in the people store or the registry counts for messages after so long."""

_log = structlog.get_logger(__name__)

DirectoryOn = Callable[[datetime], Directory]
"""Gives the directory of the day of a moment."""


class Directories:
    """The directory of a home, read again when it is a minute old; what cannot be read stays as it was."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._read_at = 0.0
        self._day: date | None = None
        self._directory = Directory()

    def __call__(self, now: datetime) -> Directory:
        """Return the directory of the day of `now`."""
        day = chinese_day(now)
        if self._day != day or time.monotonic() - self._read_at >= FRESH_S:
            self._directory = read_directory(self._home, day, before=self._directory)
            self._day, self._read_at = day, time.monotonic()
        return self._directory


def read_directory(home: Home, day: date, *, before: Directory = Directory()) -> Directory:  # noqa: B008 (frozen)
    """Read who can be told on a day; what cannot be read stays as it was `before`."""
    contacts, duty = before.contacts, before.duty
    units, cards = before.units, None
    if home.settings.people is not None or (home.path / FILE_NAME).exists():
        try:
            contacts, duty = _people(home, day)
        except (PeopleError, UsageError) as e:
            _log.warning("people cannot be read", reason=str(e))
    try:
        with open_read_model(home) as model:
            units = units_at(model.known(UNIT_TYPES), FAR)
            cards = cards_at(model.known(CARD_TYPES), FAR)
    except LogError as e:
        _log.warning("registry cannot be read", reason=str(e))
    voice = home.settings.voice
    groups = tuple(
        Contact(channel, unit, "group", frozenset({f"group:{channel}"}))
        for channel, unit in voice.groups.items()
    )
    if cards is None:
        responsible, supervisors, platforms = before.responsible, before.supervisors, before.platforms
    else:
        responsible = {a: c.people for a, c in cards.items() if c.people}
        supervisors = {a: c.supervisor for a, c in cards.items() if c.supervisor}
        platforms = {a: c.platform for a, c in cards.items()}
    return Directory(
        contacts=(*groups, *(c for c in contacts if c.role != "group")),
        duty=duty,
        units=units,
        responsible=responsible,
        supervisors=supervisors,
        platforms=platforms,
        city_office=voice.city_office,
    )


def _people(home: Home, day: date) -> tuple[tuple[Contact, ...], tuple[Turn, ...]]:
    with closing(open_people(home)) as store:
        contacts = tuple(Contact(r.person_id, r.unit, r.role, r.handles, r.human) for r in store.reaches())
        turns = DutyTable(store).between(day, day + timedelta(0))
    return contacts, tuple(Turn(t.unit, t.person_id, t.substitute_id) for t in turns)
