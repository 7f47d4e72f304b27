"""Sources of the settings, checked as a whole: whatever is wrong with any of them is said at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, tzinfo
from pathlib import Path
from string import Formatter

import msgspec

from connectors.sources.kind import KindError, SourceKind
from connectors.sources.kinds import Kind, build, kind_named
from connectors.web.egress import PRIVATE, EgressError, Network, networks
from events.fields import marked
from events.instants import SHANGHAI, zone_named
from events.messages import joined, message
from events.names import unfit_label
from pipeline.home.durations import parse_duration
from pipeline.home.errors import UsageError
from pipeline.home.settings import FILE_NAME, Settings, environment_value
from pipeline.home.source_settings import PatrolSource
from projections.patrol.needs import Policy
from projections.patrol.quota import Limits

LONGEST_LAG = timedelta(hours=60)
"""A source that shows posts so late cannot keep a stale verdict known: a look counts for 72 hours."""

_SECOND_US = 1_000_000
_MAX_SECRET = 65_536


class Configured(msgspec.Struct, frozen=True, kw_only=True):
    """A source as it was checked."""

    settings: PatrolSource
    kind: Kind
    lag: timedelta
    proves_silence: bool
    list_length: int | None
    allowed: tuple[Network, ...]

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def policy(self) -> Policy:
        """Return how its looks are planned."""
        return Policy(source=self.name, lag_us=self.lag // timedelta(microseconds=1))

    @property
    def limits(self) -> Limits:
        """Return what it allows on each lane."""
        first, last = _hours(self.settings)
        return Limits(
            quota=self.settings.quota,
            pause_us=int(self.settings.pause_s * _SECOND_US),
            at_once=self.settings.at_once,
            first_hour=first,
            last_hour=last,
        )

    def build(self, home: Path) -> SourceKind:
        """Build the kind, with its secrets; raises `UsageError` where one is missing by now."""
        one = self.settings
        try:
            return build(one.kind, one.options, _secrets(one.secrets, home), _zone(one.zone))
        except (KindError, ValueError) as e:
            raise UsageError(_of(one, marked(e))) from None


def configured(settings: Settings, home: Path) -> tuple[Configured, ...]:
    """Return the sources of the settings; raises `UsageError` naming everything that is wrong with any."""
    problems = list(_problems(settings, home))
    if problems:
        raise UsageError(
            message("{path}: {problems}; correct it", path=home / FILE_NAME, problems=joined("; ", problems))
        )
    return tuple(_configured(one, settings) for one in settings.source)


def is_patrolled(settings: Settings, home: Path) -> bool:
    """Tell whether a patrol has anything to do: sources, or websites; raises `UsageError` for wrong settings."""
    return bool(configured(settings, home)) or settings.sites is not None


def _configured(one: PatrolSource, settings: Settings) -> Configured:
    kind = kind_named(one.kind)
    declared = settings.sources.get(one.name)
    return Configured(
        settings=one,
        kind=kind,
        lag=_lag(one, kind),
        proves_silence=_proves(one, kind),
        list_length=one.list_length or (declared.list_length if declared else None),
        allowed=_allowed(one.allow_private),
    )


def _problems(settings: Settings, home: Path) -> Iterator[str]:
    names = Counter(one.name for one in settings.source)
    for name, times in names.items():
        if times > 1:
            yield message(
                "there are {times} sources {name!r}; each needs a name of its own", times=times, name=name
            )
    for name in settings.personal_logins:
        if name not in names:
            yield message("personal_logins names {name!r}, which is no source", name=name)
    for one in settings.source:
        for problem in _problems_of(one, settings, home):
            yield _of(one, problem)


def _problems_of(one: PatrolSource, settings: Settings, home: Path) -> Iterator[str]:
    if why := unfit_label(one.name):
        yield message("the name {why}", why=why)
    yield from _of_connection(one)
    first, last = _hours(one)
    if first >= last:
        yield message("hours {hours}: write the earlier one first, like 6-22", hours=one.hours)
    yield from _of_addresses(one, home)
    try:
        kind = kind_named(one.kind)
    except KindError as e:
        yield marked(e)
        return
    yield from _of_proof(one, kind)
    if kind.borrows_login and one.name not in settings.personal_logins:
        yield message(
            "kind {kind} borrows the personal log-in of somebody, and is off until the office decides so:"
            " then write personal_logins = [{name!r}]",
            kind=kind.name,
            name=one.name,
        )
    try:
        build(one.kind, one.options, _secrets(one.secrets, home), SHANGHAI)
        push_secret(one, home)
    except (KindError, ValueError) as e:
        yield marked(e)


def _of_connection(one: PatrolSource) -> Iterator[str]:
    try:
        _zone(one.zone)
    except ValueError as e:
        yield marked(e)
    try:
        _allowed(one.allow_private)
    except EgressError as e:
        yield message("allow_private: {why}", why=e.reason)


def _of_addresses(one: PatrolSource, home: Path) -> Iterator[str]:
    if not (one.template or one.addresses or one.accounts):
        yield message(
            "no account has an address: write a template with {native_id}, a sheet of addresses, or accounts",
            native_id="{native_id}",
        )
    if one.template and _fields(one.template) != {"native_id"}:
        yield message(
            "template {template!r} names no {native_id}, or something else in braces",
            template=one.template,
            native_id="{native_id}",
        )
    if one.addresses and not (home / one.addresses).is_file():
        yield message("addresses: there is no file {path}", path=home / one.addresses)


def _of_proof(one: PatrolSource, kind: Kind) -> Iterator[str]:
    lag = _lag(one, kind)
    if lag >= LONGEST_LAG:
        yield message(
            "a lag of {hours} hours is too long: from 60 hours on no silence can be kept proven",
            hours=lag // timedelta(hours=1),
        )
    if one.proves_silence and not kind.can_prove_silence:
        yield message("kind {kind} leaves posts out, so its looks prove no silence", kind=kind.name)
    if _proves(one, kind) and not one.canaries:
        yield message(
            "canaries are missing: name accounts that post daily, or nobody notices that the source is frozen"
        )


def _fields(template: str) -> set[str | None]:
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError:
        return {None}


def _lag(one: PatrolSource, kind: Kind) -> timedelta:
    return kind.lag if one.lag is None else parse_duration(one.lag)


def _proves(one: PatrolSource, kind: Kind) -> bool:
    return kind.can_prove_silence if one.proves_silence is None else one.proves_silence


def _hours(one: PatrolSource) -> tuple[int, int]:
    first, _, last = one.hours.partition("-")
    return int(first), int(last)


def _zone(name: str) -> tzinfo:
    try:
        return zone_named(name)
    except LookupError:
        raise ValueError(message("zone {name!r} is none; write it like Asia/Shanghai", name=name)) from None


def _allowed(private: bool | Iterable[str]) -> tuple[Network, ...]:
    if isinstance(private, bool):
        return PRIVATE if private else ()
    return networks(tuple(private))


def push_secret(one: PatrolSource, home: Path) -> bytes:
    """Return what pushes of a source are signed with, empty where it takes none; raises `ValueError` without it."""
    return _secrets({"push": one.push}, home)["push"].encode() if one.push else b""


def _secrets(references: Mapping[str, str], home: Path) -> dict[str, str]:
    """Fetch secrets from where the settings point; raises `ValueError` naming the place, never what stands there."""
    found = {}
    for name, reference in references.items():
        kind, _, place = reference.partition(":")
        value = environment_value(place) if kind == "env" else _of_file(home / place)
        if not value:
            raise ValueError(
                message("secret {name}: there is nothing at {reference}", name=name, reference=reference)
            )
        found[name] = value
    return found


def _of_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_MAX_SECRET).strip()
    except (OSError, ValueError):
        return ""


def _of(one: PatrolSource, problem: str) -> str:
    return message("source {name!r}: {problem}", name=one.name, problem=problem)
