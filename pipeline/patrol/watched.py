"""Which accounts a source looks at, and where: the registry, the settings and a sheet of addresses together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import msgspec

from connectors.sheets.addresses import AddressRow, read_addresses
from connectors.sheets.rows import AccountRef
from connectors.sources.kind import Watched
from events.folding import fold_name, fold_owner
from events.instants import to_micros
from events.messages import message
from events.names import unfit_id
from events.platforms import platform_family
from pipeline.home.source_settings import PatrolSource
from projections.patrol.account_line import AccountLine


class Watchlist(msgspec.Struct, frozen=True):
    """The accounts of a source."""

    accounts: Mapping[str, Watched]  # by account id
    canaries: frozenset[str]
    unregistered: tuple[str, ...]  # looked at all the same, but no verdict comes of it
    without_address: tuple[str, ...]  # of the registry, in the scope of the source
    problems: tuple[str, ...]  # names that no account bears


class _Names:
    """Accounts by what people write for them."""

    def __init__(self, lines: Iterable[AccountLine]) -> None:
        self.lines = {line.account_id: line for line in lines}
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._titles: dict[tuple[str, str], list[str]] = defaultdict(list)
        for line in self.lines.values():
            for text in {line.account_id, line.given_id, line.account_id.partition(":")[2]}:
                self._ids[text].append(line.account_id)
            self._titles[fold_name(line.name), platform_family(line.platform)].append(line.account_id)

    def of(self, text: str) -> str | None:
        """Return the account of an id; one that nobody registered stands for itself if it is written in full."""
        found = self._ids.get(text, [])
        if len(found) == 1:
            return found[0]
        slug, _, native = text.partition(":")
        return text if not found and slug and native and not unfit_id(native) else None

    def of_row(self, ref: AccountRef) -> str | None:
        if ref.given_id is not None:
            return self.of(ref.given_id)
        found = self._titles.get((fold_name(ref.name or ""), platform_family(ref.platform or "")), [])
        return found[0] if len(found) == 1 else None


def watchlist(source: PatrolSource, lines: Sequence[AccountLine], home: Path, now: datetime) -> Watchlist:
    """Return whom a source looks at; raises `SheetError` and `OSError` for a sheet of addresses that cannot be read.

    An address in the settings goes before one of the sheet, and that before the template. Closed accounts are left.
    """
    names, at = _Names(lines), to_micros(now)
    problems: list[str] = []
    addresses = dict(_given(source, names, home, problems))
    fitting = {line.account_id for line in lines if line.in_population(at) and _fits(source, line)}
    if source.template:
        for account in sorted(fitting - addresses.keys()):
            addresses[account] = source.template.format(
                native_id=quote(_native(names.lines[account]), safe="")
            )
    open_now = {a for a in addresses if a not in names.lines or names.lines[a].in_population(at)}
    canaries = {text: names.of(text) for text in source.canaries}
    problems += [
        message("canary {text!r} is no account that this source looks at", text=text)
        for text, account in canaries.items()
        if account is None or account not in open_now
    ]
    scoped = bool(source.platforms or source.units)
    return Watchlist(
        accounts={a: _watched(a, addresses[a], names.lines.get(a)) for a in sorted(open_now)},
        canaries=frozenset(a for a in canaries.values() if a in open_now),
        unregistered=tuple(sorted(a for a in open_now if a not in names.lines)),
        without_address=tuple(sorted(fitting - addresses.keys())) if scoped else (),
        problems=tuple(problems),
    )


def _given(source: PatrolSource, names: _Names, home: Path, problems: list[str]) -> Iterator[tuple[str, str]]:
    if source.addresses:
        for row in _rows(home / source.addresses):
            account = names.of_row(row.account)
            if account is None:
                problems.append(
                    message(
                        "{addresses}, row {row}: no account, or more than one, is called so",
                        addresses=source.addresses,
                        row=row.row,
                    )
                )
            elif account in names.lines and _fits(source, names.lines[account]):
                yield account, row.address
    for text, address in source.accounts.items():
        account = names.of(text)
        if account is None:
            problems.append(
                message(
                    "accounts: no account is called {text!r}; one that is not in the registry is written"
                    " platform:id",
                    text=text,
                )
            )
        else:
            yield account, address


def _rows(path: Path) -> tuple[AddressRow, ...]:
    """Read a sheet of addresses, once for as long as its file stays as it is."""
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, mtime_ns: int, size: int) -> tuple[AddressRow, ...]:
    del mtime_ns, size
    return tuple(read_addresses(path))


def _fits(source: PatrolSource, line: AccountLine) -> bool:
    families = {platform_family(platform) for platform in source.platforms}
    owners = {fold_owner(unit) for unit in source.units}
    return (not families or platform_family(line.platform) in families) and (
        not owners or fold_owner(line.owner) in owners
    )


def _native(line: AccountLine) -> str:
    return line.given_id or line.account_id.partition(":")[2]


def _watched(account_id: str, address: str, line: AccountLine | None) -> Watched:
    if line is None:
        return Watched(account_id, address)
    return Watched(account_id, address, line.name, line.owner)
