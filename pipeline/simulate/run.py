"""Simulating a city: its registry, what it posts, its focus list and its checks, in the order an office takes them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from connectors.publish.templates import STYLE
from events.account import AccountSpotted
from events.codec import Event
from events.messages import message
from events.moments import Moment
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.progress import Progress
from pipeline.home.registry import Registry, registry_now
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.accounts import spotted_event
from pipeline.office.adoptions import Adopt, adopt
from pipeline.office.bulletin.compose import TEMPLATES
from pipeline.office.focus.focus_list import flag_events
from pipeline.office.focus.update import update_focus
from pipeline.office.imports import finding_events, post_events
from pipeline.office.interpretation.taking import interpretation_events
from pipeline.office.own_office import DescribeOffice, describe_office
from pipeline.office.registry_imports import account_events
from pipeline.office.rounds import Announcement, Freeze, announce, draw, freeze
from pipeline.office.sites.checks import FreezeSiteCheck, freeze_site_check, site_checks
from pipeline.office.units import unit_events, unit_tree
from pipeline.simulate.batches import append_batches
from pipeline.simulate.checkers import SHEET, Checkers
from pipeline.simulate.handed_in import (
    account_rows,
    document_rows,
    flag_rows,
    posts_handed_in,
    spotted,
    unit_rows,
)
from pipeline.simulate.place import Place, PlannedRound, load_style, load_vocabulary
from pipeline.simulate.registry import SimAccount, SimRegistry, build_registry
from pipeline.simulate.rhythm import Posting, posting_of
from pipeline.simulate.sites import site_events

SIMULATED = "模拟，没有单位可告知"
"""Why rounds of a simulation are frozen: nobody is there to be told."""


class Simulated(msgspec.Struct, frozen=True):
    """What a simulation left behind."""

    place: str
    seed: int
    accounts: int
    posts: int
    rounds: tuple[str, ...]  # the last one is checked and waits to be frozen


class Simulation:
    """A city on its way through one home; the same place and seed again make the same facts, and so nothing new."""

    def __init__(self, workspace: Workspace, place: Place, seed: int) -> None:
        self._current = workspace
        self._place = place
        self._seed = seed
        self.registry: SimRegistry = build_registry(place, load_vocabulary(), seed)
        self.posting: dict[str, Posting] = posting_of(place, self.registry.accounts, seed)
        outside = [a.account_id for a in spotted(self.registry.accounts)]
        self._checkers = Checkers(self.posting, outside, seed)

    def describe(self) -> None:
        """Say how the office signs and heads its documents, and by which document it checks."""
        office, adopted = self._place.office, self._place.adopted
        describe_office(self._current, DescribeOffice(office, f"{office}文件", example=True), OFFICE)
        if adopted is not None:
            asked = Adopt(adopted.ruleset, adopted.document, adopted.title, adopted.on)
            adopt(self._current, asked, OFFICE)

    def register(self) -> None:
        """Take units and accounts, and what patrol saw outside of them; raises `UsageError` for a home of others."""
        registry = registry_now(self._current)
        strangers = registry.entries.keys() - {a.account_id for a in self.registry.accounts}
        if strangers:
            raise UsageError(
                message(
                    "{path} holds {strangers_count} accounts of another registry, {strangers} among"
                    " them; simulate into a home of its own",
                    path=self._current.home.path,
                    strangers_count=len(strangers),
                    strangers=min(strangers),
                )
            )
        since = self._place.begins
        accounts = account_events(account_rows(self.registry), registry, since).events
        seen = [_spotting(account, self._place.firm) for account in spotted(self.registry.accounts)]
        self._append("账号 accounts", [*accounts, *seen])
        begun = self._place.units_from or since
        rows = unit_rows(self.registry, begun)
        units = unit_events(SHEET, rows, unit_tree(self._current), registry_now(self._current), begun)
        self._append("单位 units", units)

    def post(self) -> int:
        """Hand in what every account posts, span by span; returns the number of posts."""
        registry = self._known_accounts()
        sheets = list(posts_handed_in(self._place, self.posting, self._seed))
        facts = (fact for span, rows in sheets for fact in post_events(SHEET, rows, registry, span))
        self._append("内容更新 posts", facts, sum(len(rows) for _, rows in sheets))
        return sum(row.published_at is not None for _, rows in sheets for row in rows)

    def watch(self) -> None:
        """Take the flags of the firm, and go through the focus list at each review."""
        place, workspace = self._place, self._current
        if place.focus is None:
            return
        self.flag()
        with Progress("重点关注名单 focus list", len(place.focus.reviews)) as progress:
            for review in place.focus.reviews:
                update_focus(workspace, review, (), place.focus.exit_weeks, OFFICE)
                progress.add(1)

    def explain(self) -> None:
        """Take the normative documents of units, with the forms that explain them."""
        if not self._place.documents:
            return
        rows = document_rows(self._place.documents)
        self._append("政策解读 documents", interpretation_events(SHEET, rows, {}))

    def open_sites(self) -> None:
        """Take the websites of the place with what was seen of them, and keep the check of them."""
        websites = self._place.websites
        if websites is None:
            return
        self._append("网站 websites", site_events(websites, self.registry))
        if all(check.frozen.name != websites.check for check in site_checks(self._current)):
            asked = FreezeSiteCheck(websites.check, websites.check_point)
            freeze_site_check(self._current, asked, OFFICE)

    def flag(self) -> None:
        """Take the flags of the firm."""
        rows = flag_rows(self._place, self.posting)
        registry = registry_now(self._current)
        flags = flag_events(SHEET, rows, registry, rows[0].flagged_at) if rows else []
        self._append("风险反馈 flags", flags)

    def check(self, planned: PlannedRound) -> None:
        """Announce a round, draw its sample, and record what the checkers find on it."""
        workspace = self._current
        announce(
            workspace,
            Announcement(
                name=planned.name,
                check_point=planned.check_point,
                quarter=planned.quarter,
                ruleset=planned.ruleset,
                kind=planned.kind,
                title=planned.title,
                sample=msgspec.structs.replace(planned.sample, seed=self._seed),
                basis=planned.basis,
            ),
            OFFICE,
        )
        sample = draw(workspace, planned.name, OFFICE)
        rows = self._checkers.check(planned, sample.accounts)
        ruleset = find_ruleset(planned.ruleset, workspace.home.path).ruleset
        events = finding_events(SHEET, rows, self._known_accounts(), ruleset, planned.check_point)
        self._append("检查发现 findings", events)

    def _known_accounts(self) -> Registry:
        """Return the registry with the accounts that patrol saw outside of it: they are watched like the others."""
        registry = registry_now(self._current)
        outside = {a.account_id: [a.account_id] for a in spotted(self.registry.accounts)}
        return msgspec.structs.replace(registry, by_name={**registry.by_name, **outside})

    def _append(self, label: str, events: Iterable[Event[Any]], total: int | None = None) -> None:
        append_batches(self._current.log, label, events, total)
        self._current.catch_up()


def _spotting(account: SimAccount, finder: str) -> Event[Any]:
    """Return what patrol tells of an account that stands in no registry."""
    data = AccountSpotted(
        given_id=account.native_id,
        name=account.name,
        platform=account.platform,
        owner=account.owner,
        finder=finder,
    )
    return spotted_event(data, Moment(account.found_at or account.opened_at, date_only=False))


def simulate_city(workspace: Workspace, place: Place, seed: int) -> Simulated:
    """Bring a city into a home: everything up to the freeze of its last round; earlier rounds are frozen.

    Raises `UsageError` where the home holds other accounts, or the place asks for what it does not have.
    """
    simulation = Simulation(workspace, place, seed)
    simulation.describe()
    simulation.register()
    keep_style(workspace.home, place)
    posts = simulation.post()
    simulation.watch()
    simulation.explain()
    simulation.open_sites()
    *earlier, last = place.rounds
    for planned in earlier:
        simulation.check(planned)
        freeze(workspace, Freeze(planned.name, SIMULATED), OFFICE)
    simulation.check(last)
    names = tuple(planned.name for planned in place.rounds)
    return Simulated(place.name, seed, len(simulation.registry.accounts), posts, names)


def keep_style(home: Home, place: Place) -> None:
    """Let the home write its bulletins as the office of the place does; a style that is there stays."""
    path, style = home.path / TEMPLATES / STYLE, load_style(place)
    if style is not None and not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(style)
