"""Why an account has its verdict: the facts that it rests on, in the order a person asks for them."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import msgspec

from connectors.history.records import newest_looks, newest_posts
from events.facts import AccountFacts, VerdictRow
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.scores.scoring import Question, population_facts
from pipeline.scores.weeks import open_stretches, settled_by
from projections.rules.period import WEEK, Period
from projections.rules.scorer import score
from projections.rules.weeks import judge_weeks

_MOST_LISTED = 10


class Explanation(msgspec.Struct, frozen=True):
    """A verdict with what it rests on."""

    facts: AccountFacts
    row: VerdictRow
    posts: list[dict[str, Any]]
    gaps: list[
        dict[str, Any]
    ]  # stretches of more than a week without a post, between those shown, newest first
    looks: list[dict[str, Any]]
    weeks: list[
        dict[str, Any]
    ]  # newest first: begin, end, whether a post fell into it, what is said of it, why not
    settled_by: tuple[str, ...]  # what would settle the weeks that are not judged


def explain(workspace: Workspace, question: Question, account_id: str) -> Explanation:
    """Explain one account's verdict; raises `UsageError` for one that is not in the population."""
    account = frozenset((account_id,))
    facts = next(iter(population_facts(workspace.known, question, account, coverage_of_all=True)), None)
    if facts is None:
        raise UsageError(
            message(
                "{account_id} is not in the population at that check point: opened later, or closed",
                account_id=account_id,
            )
        )
    check_point, known_at = question.period.check_point, question.known_at
    posts = newest_posts(workspace.client, account_id, check_point, known_at, _MOST_LISTED)
    return Explanation(
        facts,
        score(facts, question.rules_of(facts), question.period),
        posts,
        _gaps(posts, check_point),
        newest_looks(workspace.client, account_id, check_point, known_at, _MOST_LISTED, proof=facts.look_id),
        _weeks(facts, question.period),
        settled_by(facts, question),
    )


def _gaps(posts: list[dict[str, Any]], check_point: datetime) -> list[dict[str, Any]]:
    live = [p["published"] for p in posts if p["void_from"] is None or p["void_from"] >= check_point]
    return [
        {"from": earlier, "until": later, "whole_days": (later - earlier).days}
        for later, earlier in pairwise([check_point, *live])
        if later - earlier > WEEK
    ]


def _weeks(facts: AccountFacts, period: Period) -> list[dict[str, Any]]:
    judged = judge_weeks(facts, period)
    words = {
        **dict.fromkeys(judged.updated, "updated"),
        **dict.fromkeys(judged.missed, "missed"),
        **dict.fromkeys(judged.not_judged, "not_judged"),
    }
    return [
        {
            "from": period.check_point - k * WEEK,
            "until": period.check_point - (k - 1) * WEEK,
            "posted": bool(facts.weeks_with_posts >> (k - 1) & 1),
            "judged": (word := words.get(k, "not_counted")),
            "not_known": _not_known(facts, period.check_point - k * WEEK) if word == "not_judged" else [],
        }
        for k in range(1, period.weeks + 1)
    ]


def _not_known(facts: AccountFacts, begin: datetime) -> list[dict[str, datetime]]:
    """Return over what of a week nobody knows the posts."""
    return [{"from": after, "until": until} for after, until in open_stretches(facts, begin, begin + WEEK)]
