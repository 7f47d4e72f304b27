"""Freezing in spite of gaps: one person proposes it, and another agrees."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from connectors.history.knowledge import actors_of
from events import round_ids
from events.bulletin import Override
from events.facts import VerdictRow
from events.fields import field
from events.finding import FindingRechecked
from events.messages import joined, message
from events.round import FreezeProposed
from events.two_persons import TwoPersonRule
from pipeline.home.actor import Actor
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.guards import GUARDS, Unmet, findings_of, refusal_of, unmet
from pipeline.office.rounds.state import load_round, require_stage, round_event
from pipeline.office.two_persons import alone_among, require_two
from projections.rounds.state import RoundState, Stage, subject_of
from projections.rules.rulesets import Ruleset


class Freeze(msgspec.Struct, frozen=True):
    """Freeze a round; `although` says why in spite of gaps, `overrides` lets accounts stay unknown."""

    name: str
    although: str = ""
    overrides: tuple[Override, ...] = ()


def refuse_people_in(workspace: Workspace, although: str, overrides: Iterable[Override]) -> None:
    """Refuse reasons that tell of people."""
    workspace.home.texts.refuse({"although": although, "override": "、".join(o.reason for o in overrides)})


def record_proposal(
    workspace: Workspace, state: RoundState, found: tuple[Unmet, ...], asked: Freeze, actor: Actor
) -> RoundState:
    """Record what is proposed; the same again records nothing. Raises `UsageError` without gaps or reason."""
    name, although = asked.name, asked.although.strip()
    require_stage(state, message("frozen"), Stage.DRAWN)
    if not (found or asked.overrides):
        raise UsageError(message("round {name} has no gaps; freeze it", name=name))
    if not although:
        raise UsageError(
            message(
                "{although} is empty; say why it is to be frozen all the same", although=field("although")
            )
        )
    refuse_people_in(workspace, although, asked.overrides)
    guards = tuple(one.guard for one in found)
    data = FreezeProposed(although=although, unmet=guards, overrides=asked.overrides)
    if state.proposal is not None and state.proposal.event.data == data:
        return state
    before = state.proposal.event.id if state.proposal else None
    event_id = round_ids.freeze_proposed(subject_of(name), before, state.telling)
    workspace.log.append([round_event(name, event_id, datetime.now(UTC), data, actor)])
    workspace.catch_up()
    state = load_round(workspace, name)
    if state.proposal is None or state.proposal.event.data != data:
        raise ConflictError(
            message("round {name}: somebody else proposed otherwise meanwhile; look again", name=name)
        )
    return state


def proposer_of(workspace: Workspace, state: RoundState) -> str:
    """Return the code of who proposed to freeze a round, empty where nobody did."""
    proposal = state.proposal
    return actors_of(workspace.client, [proposal.event.id]).get(proposal.event.id, "") if proposal else ""


def agreed(
    workspace: Workspace,
    state: RoundState,
    rows: Iterable[VerdictRow],
    ruleset: Ruleset,
    asked: Freeze,
    actor: Actor,
) -> tuple[Freeze, tuple[Unmet, ...], tuple[TwoPersonRule, ...]]:
    """Return what a person freezes in spite of which gaps, on whose proposal, and the rules that they keep alone.

    Raises `UsageError` where nobody else proposed it, where it is another than was proposed, and where gaps came since.
    """
    proposal, proposers = state.proposal, set[str]()
    if proposal is not None and isinstance(data := proposal.event.data, FreezeProposed):
        proposed = Freeze(state.name, data.although, data.overrides)
        if not (asked.although or asked.overrides):
            asked = proposed
        if asked == proposed:
            proposers = set(actors_of(workspace.client, [proposal.event.id]).values())
    found = unmet(workspace, state, rows, ruleset, asked.overrides, datetime.now(UTC))
    if found and not asked.although:
        raise refusal_of(state, found)
    needed: list[TwoPersonRule] = []
    if found:
        needed.append("freeze")
    if asked.overrides:
        needed.append("override")
    alone = tuple(rule for rule in needed if require_two(workspace, rule, proposers, actor))
    known = data.unmet if proposers and isinstance(data, FreezeProposed) else ()
    if proposers and (more := [one.guard for one in found if one.guard not in known]):
        raise UsageError(
            message(
                "round {name}: more is open than when it was proposed ({gaps}); let it be proposed again",
                name=state.name,
                gaps=joined("、", (GUARDS[guard] for guard in more)),
            )
        )
    return asked, found, alone


def one_person_in(
    workspace: Workspace, state: RoundState, alone: Iterable[TwoPersonRule] = ()
) -> tuple[TwoPersonRule, ...]:
    """Return the rules of two persons that one person kept alone in a round: in its findings, objections and freeze."""
    rules = set(alone)
    if marked := alone_among(workspace):
        subject = subject_of(state.name)
        acts = [round_ids.objection_decided(subject, o.id) for o in state.objections]
        acts.append(round_ids.round_frozen(subject, state.telling))
        found = {k.event.id for k in findings_of(workspace, state)}
        acts += [
            k.event.id
            for k in workspace.known.read((FindingRechecked.type,))
            if isinstance(k.event.data, FindingRechecked) and k.event.data.finding_id in found
        ]
        rules.update(rule for act in acts for rule in marked.get(act, ()))
    return tuple(sorted(rules))
