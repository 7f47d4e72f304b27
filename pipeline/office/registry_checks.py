"""The checks of the registry over the history: what they look at is gathered here."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from connectors.history.post_figures import newest_looks, posts_seen
from events.account import AccountSpotted
from events.facts import AccountFacts
from events.instants import to_micros
from events.known import Known
from events.looks import holds
from pipeline.home.claims.knowledge import known_acts
from pipeline.home.workspace import Workspace
from pipeline.scores.scoring import Question, ask, population_facts
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.checks import run_checks
from projections.registry.checks.view import (
    CheckParameters,
    Hit,
    PostFigures,
    RegistryView,
    Sighting,
)
from projections.registry.filing_cases import FILING_TYPES, filing_cases
from projections.registry.units import UNIT_TYPES, units_at


def check_registry(
    workspace: Workspace,
    at: datetime,
    known_at: datetime | None = None,
    parameters: CheckParameters = CheckParameters(),  # noqa: B008 (frozen)
) -> tuple[RegistryView, list[Hit]]:
    """Run every check as of T, as known at K (default: the newest closed moment)."""
    question = ask(workspace, at, known_at, None, None)
    view = registry_view(workspace, question, parameters)
    return view, run_checks(view, parameters)


def registry_view(workspace: Workspace, question: Question, parameters: CheckParameters) -> RegistryView:
    """Gather what the checks look at."""
    at, k = question.period.check_point, question.known_at
    account_facts = workspace.known.read((*ACCOUNT_TYPES, "account.stop_noticed", "account.documented"), k)
    cards = cards_at(account_facts, at)
    since = at - timedelta(days=parameters.low_days)
    posts = posts_seen(workspace.client, at, k, since)
    facts = {f.account_id: f for f in population_facts(workspace.known, question, coverage_of_all=True)}
    figures = {
        account: _figures(
            facts.get(account), seen.newest_at if seen else None, seen.recent if seen else 0, since
        )
        for account in cards
        for seen in (posts.get(account),)
    }
    seen = workspace.known.read((AccountSpotted.type,), k)
    spotted = [k for k in seen if isinstance(k.event.data, AccountSpotted) and k.event.time <= at]
    looks = newest_looks(workspace.client, at, k)
    strangers = _sightings(spotted, {a: p.newest_at for a, p in posts.items()}, looks, cards)
    return RegistryView(
        at=at,
        cards=cards,
        units=units_at(workspace.known.read(UNIT_TYPES, k), at),
        cases=tuple(filing_cases(known_acts(workspace.known, FILING_TYPES, k), at)),
        account_facts=tuple(account_facts),
        figures=figures,
        sightings=strangers,
    )


def _figures(
    facts: AccountFacts | None, newest: datetime | None, recent: int, since: datetime
) -> PostFigures:
    proven = facts.proven_until if facts else None
    known = (
        facts is not None and proven is not None and holds(facts.covered, to_micros(since), to_micros(proven))
    )
    return PostFigures(newest, recent, known, proven)


def _sightings(
    spotted: list[Known],
    posted: Mapping[str, datetime],
    looked: Mapping[str, datetime],
    cards: Mapping[str, AccountCard],
) -> tuple[Sighting, ...]:
    """Return accounts that patrols named, then those that only posts or looks tell of."""
    named = []
    for k in spotted:
        data: AccountSpotted = k.event.data
        how = f"由{data.finder}巡查发现" if data.finder else "巡查发现"
        named.append(
            Sighting(k.event.subject, data.name, data.platform, data.owner, data.link, k.event.time, how)
        )
    known = cards.keys() | {sighting.account_id for sighting in named}
    for seen, how in ((posted, "有发布记录"), (looked, "有巡查记录")):
        for account, at in sorted(seen.items()):
            if account not in known:
                named.append(Sighting(account, "", "", "", "", at, how))
                known = known | {account}
    return tuple(named)
