"""The trail of acts 操作记录: facts with their actors, in words; there is no second log."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from connectors.history.acts import read_acts
from events.base import Payload
from events.bulletin import BulletinIssued
from events.finding import SEPARATE_CASE, FindingRechecked, FindingRecorded
from events.instants import EPOCH, FAR
from events.intake import IntakeOpened
from events.known import Known
from events.objection import DecisionProposed, ObjectionDecided
from events.patrol import SweepCompleted
from events.public_report import PublicReportClosed
from events.round import RoundAnnounced, RoundCarried, SampleDrawn
from events.two_persons import RuleRestored, RuleWaived
from pipeline.home.appending import read_with_texts
from pipeline.home.catalogue import in_chinese
from pipeline.home.registry import Registry, find_account, registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.fact_words import FACTS
from pipeline.office.rounds.state import list_rounds
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.two_persons import RULES, alone_among
from projections.rounds.state import subject_of

_MOST = 1000
_OUTCOMES = {"upheld": "成立", "rejected": "不成立"}
_CLOSED = {"taken": "已登记", "handled": "已办理", "dismissed": "不予处理"}
_TITLES = {SweepCompleted.type: "来源停滞登记"}  # of sweeps those that a person told
_STALLS = {"declared": "登记停滞", "lifted": "撤销停滞登记"}
_TEXTS = ("title", "document", "number", "reason", "although", "opinion", "note", "how")
"""Fields that say what an act is about, in this order, where no line of its own does."""
_LONGEST = 120


class AskActs(msgspec.Struct, frozen=True):
    """Which acts; None and empty narrow nothing."""

    since: datetime | None = None  # recorded after
    until: datetime | None = None  # recorded by
    actor: str = ""  # code
    types: tuple[str, ...] = ()
    account: str = ""  # as people name it
    scope: Scope = Scope()  # with one, acts on its accounts alone
    most: int = _MOST


class ActView(msgspec.Struct, frozen=True):
    """An act, or several of one kind that somebody did at once."""

    at: datetime  # when it was recorded
    actor: str  # code: a person id, or `office` for the command line
    type: str
    title: str  # what the kind is called
    subject: str
    about: str  # the account, round, unit … in words
    account_id: str  # where it is about an account
    words: str  # what it says
    fact_id: UUID
    count: int = 1
    one_person: bool = False  # 一人办理: the rule of two persons was switched off for it


def list_acts(workspace: Workspace, asked: AskActs) -> list[ActView]:
    """Return acts as known now, newest first, at most `most`; raises `NotFoundError` for an account that is none."""
    registry = registry_now(workspace)
    subjects: set[str] | None = None
    if asked.scope != Scope():
        subjects = set(accounts_within(workspace, registry, asked.scope))
    if asked.account:
        account = find_account(registry, asked.account)
        subjects = {account} if subjects is None else subjects & {account}
    acts = read_acts(
        workspace.client,
        asked.since or EPOCH,
        asked.until or FAR,
        min(asked.most, _MOST),
        actors=[asked.actor] if asked.actor else None,
        types=asked.types or None,
        subjects=subjects,
    )
    if not acts:
        return []
    facts = {k.event.id: k for k in read_with_texts(workspace, {act.first for act in acts})}
    alone = alone_among(workspace)
    names = rule_names(workspace.home.path)
    rounds = {subject_of(one.name): one.announced.title for one in list_rounds(workspace, texts=False)}
    views = []
    for act in acts:
        k = facts.get(act.first)
        subject = k.event.subject if k else ""
        views.append(
            ActView(
                at=act.at,
                actor=act.actor,
                type=act.type,
                title=_TITLES.get(act.type) or FACTS.get(act.type, "其他"),
                subject=subject,
                about=_several(
                    subject
                    if act.type == SweepCompleted.type
                    else rounds.get(subject) or about(registry, subject),
                    act.subjects,
                ),
                account_id=subject if subject in registry.entries else "",
                words=f"共 {act.count} 条" if act.count > 1 or k is None else words_of(k, names),
                fact_id=act.first,
                count=act.count,
                one_person=act.first in alone,
            )
        )
    return views


def about(registry: Registry, subject: str) -> str:
    """Return what a fact is about as people call it, rounds aside; empty where it has no name."""
    if subject in registry.entries:
        return registry.title(subject)
    kind, _, rest = subject.partition(":")
    names = {
        "office": rest or "本办",
        "ruleset": "检查指标",
        "intake": f"报送 {rest}",
        "public_report": f"公众纠错 {rest}",
    }
    return names.get(kind, "")


def _several(first: str, subjects: int) -> str:
    """Return what an act is about, and that there are others: one line may tell of many accounts."""
    return f"{first}等 {subjects} 项" if first and subjects > 1 else first


def words_of(k: Known, rules: Mapping[str, str]) -> str:
    """Return what a fact says in one line of Chinese, cut to a length; empty where its kind says it all."""
    data: Payload = k.event.data
    line = _LINES.get(type(data))
    text = line(data, rules) if line is not None else _plain(data)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _plain(data: Payload) -> str:
    texts = (getattr(data, name, "") for name in _TEXTS)
    return "；".join(text for text in texts if isinstance(text, str) and text)


def _finding(data: Any, rules: Mapping[str, str]) -> str:
    if data.rule == SEPARATE_CASE:
        return "另案处理"
    times = f"，{data.count} 处" if data.count > 1 else ""
    return f"{rules.get(data.rule, '其他问题')}{times}"


def _outcome(data: Any, _: Mapping[str, str]) -> str:
    return _joined(_OUTCOMES[data.outcome], data.reason)


def _recheck(data: Any, _: Mapping[str, str]) -> str:
    return _joined("属实" if data.holds else "不属实", data.note)


def _rule(data: Any, _: Mapping[str, str]) -> str:
    return _joined(in_chinese(RULES[data.rule]), data.reason)


def _joined(*parts: str) -> str:
    return "；".join(filter(None, parts))


_LINES: Mapping[type[Payload], Callable[[Any, Mapping[str, str]], str]] = {
    FindingRecorded: _finding,
    FindingRechecked: _recheck,
    ObjectionDecided: _outcome,
    DecisionProposed: _outcome,
    RuleWaived: _rule,
    RuleRestored: _rule,
    RoundAnnounced: lambda data, _: data.title,
    SampleDrawn: lambda data, _: f"账号 {data.population} 个，抽查 {data.sample} 个",
    RoundCarried: lambda data, _: _joined(f"转入{data.quarter}", data.reason),
    BulletinIssued: lambda data, _: data.number,
    IntakeOpened: lambda data, _: f"{data.facts} 条",
    PublicReportClosed: lambda data, _: _joined(_CLOSED[data.outcome], data.answer),
    SweepCompleted: lambda data, _: _joined(_STALLS.get(data.stall, ""), data.reason),
}
