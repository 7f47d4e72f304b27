"""Emergencies as known now: listed, found, and the ones that wait for somebody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from events.emergency import HIJACKED
from events.evidence import SECRETS
from events.fields import field
from events.finding import SEPARATE_CASE
from events.folding import fold
from events.messages import message
from pipeline.home.claims import known_acts
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.registry import Registry, find_alone, registry_now
from pipeline.home.rulesets import list_rulesets, rule_names
from pipeline.home.workspace import Workspace
from projections.registry.emergencies import EMERGENCY_TYPES, Emergency, EmergencyState, emergencies_of

HIJACKED_ZH = "账号疑似被盗用"
_ID_START = 6

WAITS_FOR = {
    EmergencyState.SUSPECTED: "待第二人核实",
    EmergencyState.CONFIRMED: "待主办单位撤下",
    EmergencyState.TAKEN_DOWN: "待复核",
    EmergencyState.VERIFIED: "待通报、复盘",
    EmergencyState.CLOSED: "已办结",
    EmergencyState.DISMISSED: "已解除",
}
"""How far an emergency has come, as people say it."""


class EmergencyView(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency as lists show it."""

    case: Emergency
    name: str
    platform: str
    owner: str
    given_id: str


def emergencies_now(workspace: Workspace) -> dict[UUID, Emergency]:
    """Return every emergency by id; acts whose claims do not hold count nowhere."""
    return emergencies_of(known_acts(workspace.known, EMERGENCY_TYPES))


def list_emergencies(workspace: Workspace, *, ended: bool = True) -> list[EmergencyView]:
    """Return emergencies, open ones first, the newest suspicion first."""
    registry = registry_now(workspace)
    cases = [case for case in emergencies_now(workspace).values() if ended or case.is_open]
    cases.sort(key=lambda case: (not case.is_open, -case.suspected_at.timestamp(), str(case.id)))
    return [view_of(registry, case) for case in cases]


def view_of(registry: Registry, case: Emergency) -> EmergencyView:
    """Return an emergency with what people call its account."""
    entry = registry.entries.get(case.account_id)
    return EmergencyView(
        case=case,
        name=entry.name if entry else "",
        platform=entry.platform if entry else "",
        owner=entry.owner if entry else "",
        given_id=entry.given_id if entry else case.account_id,
    )


def find_emergency(workspace: Workspace, text: str) -> Emergency:
    """Return an emergency by the first letters of its id, or that of an account as people name it.

    It is the open one, and where none is open, the last. Raises `NotFoundError` where there is none, or more than one
    is meant.
    """
    cases = emergencies_now(workspace)
    found = [
        case for case in cases.values() if len(text) >= _ID_START and str(case.id).startswith(text.lower())
    ]
    if not found:
        account = find_alone(workspace, text)
        of_it = [case for case in cases.values() if case.account_id == account]
        found = [case for case in of_it if case.is_open] or of_it[-1:]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(
            message("{text} has no emergency; `xuncha emergencies list` shows them", text=text)
        )
    ids = "、".join(f"{str(case.id)[:8]} {case.problem}" for case in found)
    raise NotFoundError(
        message("{text} means {count} emergencies; write one of {ids}", text=text, count=len(found), ids=ids)
    )


def find_problem(workspace: Workspace, text: str) -> tuple[str, str]:
    """Return code and name of what may be suspected: the red lines that rulesets call urgent, or a hijacked account.

    Raises `UsageError` for state secrets, which never come here, and for anything else, which is a finding.
    """
    path = workspace.home.path
    names, urgent = rule_names(path), {HIJACKED: HIJACKED_ZH}
    words: dict[str, str] = {fold(HIJACKED): HIJACKED, fold(HIJACKED_ZH): HIJACKED, fold("被盗用"): HIJACKED}
    for named in list_rulesets(path):
        for rule in named.ruleset.rules:
            words |= dict.fromkeys(map(fold, (rule.code, rule.name, *rule.aliases)), rule.code)
            handling = named.ruleset.handling.get(rule.code)
            if handling is not None and handling.emergency and rule.code != SECRETS:
                urgent[rule.code] = names[rule.code]
    code = words.get(fold(text), text)
    if code in (SECRETS, SEPARATE_CASE):
        raise UsageError(
            message(
                "state secrets are no emergency of this log: nothing of them is written here; the office handles"
                " the case apart, and records a finding of {code} with a number alone",
                code=SEPARATE_CASE,
            )
        )
    if code in urgent:
        return code, urgent[code]
    known = "；".join(f"{name} {code}" for code, name in sorted(urgent.items()))
    raise UsageError(
        message(
            "{problem} {text!r} is no emergency; there are: {known}. Anything else is recorded as a finding:"
            " `xuncha findings import`",
            problem=field("problem"),
            text=text,
            known=known,
        )
    )


def written_by(workspace: Workspace, case: Emergency) -> dict[UUID, str]:
    """Return who took each step of an emergency, by its fact."""
    actors = workspace.actors_of([step.fact_id for step in case.steps])
    return {step.fact_id: step.by or actors.get(step.fact_id, "") for step in case.steps}


def waiting_since(case: Emergency) -> datetime:
    """Return since when an emergency waits for its next step."""
    return case.steps[-1].at


def urgent(cases: Iterable[Emergency]) -> list[Emergency]:
    """Return the open emergencies, the one that waits longest first."""
    return sorted((case for case in cases if case.is_open), key=waiting_since)
