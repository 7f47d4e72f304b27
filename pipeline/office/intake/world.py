"""What is known when papers come in: accounts with their handles, what states each field, posts and looks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from connectors.history.knowledge import read_known, with_what_voids
from connectors.history.measures import account_keys, measure_posts, posts_since
from connectors.history.observations import last_look_by_hand, withdrawn_posts
from events.account import AccountChanged, AccountMerged, AccountOpened
from events.assessment import AssessmentNoted
from events.codec import Event
from events.instants import EPOCH, FAR, from_micros, to_micros
from events.known import Known, first_records
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.rectification import RectificationAnswered
from pipeline.home.actor import OFFICE
from pipeline.home.appending import read_with_texts
from pipeline.home.claims import known_acts
from pipeline.home.registry import Registry, registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.site_rulesets import find_site_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.assessment.notes import NoteRow, note_event
from pipeline.office.intake.plan import Title
from pipeline.office.rectification.tasks import tasks_now
from projections.intakes.state import INTAKE_TYPES, IntakeState, fold_intakes
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.identity.handles import former_names, known_accounts
from projections.registry.identity.owners import UnitNames, unit_names
from projections.registry.identity.statement import KnownAccount
from projections.registry.identity.twins import twins
from projections.registry.units import UNIT_TYPES, Unit, units_at
from projections.reports.reporters import Reporter, find_reporters
from projections.rounds.tasks import Task
from projections.sites.rules import SiteRuleset

_WITHDRAWALS = ("look.withdrawn", "finding.withdrawn", "fact.withdrawn")


class NewestPost(msgspec.Struct, frozen=True):
    """The newest live post of an account at a moment."""

    at: datetime
    by_day: bool  # its source named a day


class World:
    """The knowledge of one moment, each part read once and only if it is asked for.

    `without` are facts, by id, that are left out of it: those of an intake whose place another paper takes. The
    accounts that they open are known all the same, to be opened anew under their subjects.
    """

    def __init__(self, workspace: Workspace, without: Mapping[UUID, Event[Any]] = {}) -> None:
        self._workspace = workspace
        self._without = without
        self._newest: dict[datetime, dict[str, NewestPost]] = {}

    @property
    def repost_sources(self) -> tuple[str, ...]:
        """Whose pieces may be ordered to be carried, as the settings list them; none: anybody's."""
        return self._workspace.home.settings.repost_sources

    @cached_property
    def cards(self) -> dict[str, AccountCard]:
        """Cards of all accounts as the registry has them now."""
        return cards_at(self._account_facts, FAR)

    @cached_property
    def accounts(self) -> list[KnownAccount]:
        """All accounts with every handle."""
        merged = twins(self._workspace.known.read((AccountMerged.type,)))
        accounts = known_accounts(self.cards, former_names(self._account_facts), merged)
        return [*accounts, *known_accounts(self._reopening_cards, {})]

    @cached_property
    def reopening(self) -> dict[str, AccountOpened]:
        """The openings of accounts that stand only by facts that are left out, by subject."""
        openings = {f.subject: f.data for f in self._without.values() if isinstance(f.data, AccountOpened)}
        return {subject: opening for subject, opening in openings.items() if subject not in self.cards}

    @cached_property
    def _reopening_cards(self) -> dict[str, AccountCard]:
        if not self.reopening:
            return {}
        cards = cards_at(self._workspace.known.read(ACCOUNT_TYPES), FAR)
        return {subject: card for subject, card in cards.items() if subject in self.reopening}

    @cached_property
    def units(self) -> UnitNames:
        """Names of units, present and former."""
        return unit_names(self._unit_facts, {card.area for card in self.cards.values()})

    @cached_property
    def tree(self) -> dict[str, Unit]:
        """The units that exist, by code."""
        return units_at(self._unit_facts, FAR)

    @cached_property
    def registry(self) -> Registry:
        """The registry as commands that take single sheets know it."""
        return registry_now(self._workspace)

    @cached_property
    def _unit_facts(self) -> list[Known]:
        return self.first_records(UNIT_TYPES)

    @cached_property
    def intakes(self) -> dict[str, IntakeState]:
        """All intakes by number."""
        return fold_intakes(known_acts(self._workspace.known, INTAKE_TYPES))

    @cached_property
    def stating(self) -> dict[tuple[str, str], Event[Any]]:
        """The fact that states a field of an account now, by subject and field; for blank ones the opening."""
        return stating_facts(self._account_facts)

    @cached_property
    def _account_facts(self) -> list[Known]:
        return self.first_records(ACCOUNT_TYPES)

    def first_records(self, types: Sequence[str]) -> list[Known]:
        """Return the facts of some types that stand, in log order, without those that are left out."""
        if not self._without:
            return self._workspace.known.read(types)
        known = self._workspace.home.kept_texts.resolve(
            read_known(self._workspace.client, with_what_voids(types), FAR)
        )
        return first_records((k for k in known if k.event.id not in self._without), to_micros(FAR))

    @cached_property
    def _keys(self) -> dict[int, str]:
        return {key: account for account, key in account_keys(self._workspace.client).items()}

    def newest_posts(self, at: datetime) -> Mapping[str, NewestPost]:
        """Return the newest live post of each account that has one by a moment."""
        if at not in self._newest:
            posts = measure_posts(self._workspace.client, at, FAR, weeks=1, service_days=28)
            self._newest[at] = {
                self._keys[key]: NewestPost(measures.newest_at, measures.newest_by_day)
                for key, measures in posts.items()
                if key in self._keys and measures.newest_at is not None
            }
            self._leave_out_posts(at, self._newest[at])
        return self._newest[at]

    def _leave_out_posts(self, at: datetime, newest: dict[str, NewestPost]) -> None:
        """Name the newest of the other posts where posts are left out of what is known."""
        left_out = Counter(
            (fact.subject, to_micros(fact.time))
            for fact in self._without.values()
            if isinstance(fact.data, PostPublished)
        )
        accounts = {subject for subject, _ in left_out}
        keys = [key for key, account in self._keys.items() if account in accounts]
        posts = posts_since(self._workspace.client, keys, EPOCH, at, FAR) if keys else {}
        for key in keys:
            account, known = self._keys[key], posts.get(key, [])
            newest.pop(account, None)
            rest = Counter((account, time) for time, _ in known) - left_out
            if rest:
                last = max(time for _, time in rest)
                newest[account] = NewestPost(from_micros(last), dict(known)[last])

    def facts(self, ids: Iterable[UUID]) -> dict[UUID, Event[Any]]:
        """Return the facts of some ids, each as it was told first; withdrawn ones too."""
        found: dict[UUID, Event[Any]] = {}
        for known in sorted(read_with_texts(self._workspace, ids), key=lambda k: (k.recorded_at, k.offset)):
            found.setdefault(known.event.id, known.event)
        return found

    @cached_property
    def void(self) -> frozenset[UUID]:
        """Ids of all facts that were withdrawn."""
        known = self._workspace.known.read(_WITHDRAWALS)
        withdrawn = {k.event.data.corrects for k in known} | withdrawn_posts(self._workspace.client)
        return frozenset(withdrawn | self._without.keys())

    @cached_property
    def site_ruleset(self) -> SiteRuleset:
        """The rules that findings about websites are recorded under."""
        return find_site_ruleset("", self._workspace.home.path).ruleset

    @cached_property
    def tasks(self) -> list[Task]:
        """Tasks of rectification, answered ones too."""
        return tasks_now(self._workspace, without=self._without)

    @cached_property
    def answers(self) -> dict[tuple[str, str], list[RectificationAnswered]]:
        """The answers that stand, by account and text, the newest last."""
        found: dict[tuple[str, str], list[RectificationAnswered]] = {}
        for k in self._workspace.known.read((RectificationAnswered.type,)):
            if isinstance(data := k.event.data, RectificationAnswered) and k.event.id not in self._without:
                found.setdefault((k.event.subject, data.text), []).append(data)
        return found

    def assessment_note(self, asked: NoteRow) -> Event[AssessmentNoted]:
        """Return what a row for the yearly assessment says as a fact; raises as `note_event`."""
        return note_event(self._workspace, asked, OFFICE)

    def task_title(self, task: Task) -> str:
        """Return what people call a task: its problem, and what asks for it."""
        return f"{self._rules.get(task.rule, task.rule)}（{task.basis or '办公室交办'}，{str(task.id)[:8]}）"

    @cached_property
    def _rules(self) -> dict[str, str]:
        return rule_names(self._workspace.home.path)

    def reporter(self, text: str) -> Reporter | None:
        """Return who reports under a name of an area or a unit, None where it is not clear."""
        found = find_reporters(text, self.tree, self.cards) if text else []
        return found[0] if len(found) == 1 else None

    def look_by_hand_before(self, subject: str, at: datetime) -> datetime | None:
        """Return when people looked at an account last before a moment."""
        own = {
            fact.time
            for fact in self._without.values()
            if fact.subject == subject and isinstance(fact.data, AccountPatrolled)
        }
        before = last_look_by_hand(self._workspace.client, subject, at)
        while before in own:
            before = last_look_by_hand(self._workspace.client, subject, before)
        return before

    def title(self, subject: str) -> Title:
        """Return what people call an account."""
        card = self.cards.get(subject) or self._reopening_cards.get(subject)
        return Title(card.name, card.platform, card.owner) if card is not None else Title(subject, "", "")


def stating_facts(known: Sequence[Known]) -> dict[tuple[str, str], Event[Any]]:
    """Return, by subject and field, the opening or change that states the field now.

    `known` are first records of account events in log order. A field that nobody filled in is stated by the opening.
    """
    stating: dict[tuple[str, str], Event[Any]] = {}
    for k in known:
        data = k.event.data
        if isinstance(data, AccountOpened | AccountChanged):
            for name in data.__struct_fields__:
                value = getattr(data, name)
                opens = isinstance(data, AccountOpened)
                if (opens and (value or (k.event.subject, name) not in stating)) or (
                    not opens and value is not None
                ):
                    stating[k.event.subject, name] = k.event
    return stating
