"""Who enters the focus list and who leaves it at a check point (Suzhou 2023Q1 bulletin, 一(二), 三(一) and 四(一)).

The bulletin names the causes of an entry; how long the update frequency has to hold before an exit it leaves open.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from events import fact_ids
from events.codec import Event
from events.facts import AccountFacts, VerdictRow
from events.finding import FindingRecorded, FindingWithdrawn
from events.focus import FocusCauseKind, FocusEntered, FocusFlagged, FocusLeft
from events.known import Known
from events.messages import message
from events.platforms import SERVICE_ACCOUNT
from events.sources import OFFICE
from projections.focus.focus_list import FocusEntry, focus_at
from projections.rules.period import WEEK, quarter_of
from projections.rules.rulesets import Weeks
from projections.rules.silence import silent_for_long

NEVER = datetime.min.replace(tzinfo=UTC)


class Due(msgspec.Struct, frozen=True, gc=False):
    """A cause for which an account has to enter the list."""

    account_id: str
    cause: FocusCauseKind
    cause_id: UUID
    at: datetime  # found, flagged, or judged
    reason: str


class Frequency(msgspec.Struct, frozen=True):
    """The update frequency that an account has to have held before it leaves."""

    weeks: int
    service_updates: int | None  # of a service account over all the weeks; None: it is judged like any other

    def held(self, facts: AccountFacts) -> bool:
        """Tell whether posts prove the frequency over the weeks up to the check point of `facts`.

        昆政办发〔2019〕162号 annex 2, 内容更新不及时: one update in every week, service accounts on average. A post
        proves its week; a week without a known post, missed or not looked at, keeps the account on the list.
        """
        if facts.platform == SERVICE_ACCOUNT and self.service_updates is not None:
            return facts.updates >= self.service_updates
        return facts.weeks_with_posts & (1 << self.weeks) - 1 == (1 << self.weeks) - 1


def frequency_of(weeks: int, rule: Weeks | None) -> Frequency:
    """Return the frequency over `weeks`; service accounts have the average of the ruleset, rounded up."""
    if rule is None:
        return Frequency(weeks, None)
    return Frequency(weeks, -(-rule.service_account_updates * 7 * weeks // rule.service_account_days))


def observed_since(at: datetime) -> datetime:
    """Return the moment after which findings and flags count: the begin of the quarter before that of T.

    Our assumption: what came in late for the last quarter still counts, older findings are history.
    """
    this = quarter_of(at).start
    return quarter_of(this).start


def verdict_causes(
    rows: Iterable[VerdictRow],
    run_id: UUID,
    check_point: datetime,
    update_rules: Collection[str],
    after_days: int | None = None,
) -> list[Due]:
    """Return a cause for each row of a run that was judged silent or not updated in time; unknown rows are none.

    Where it is the practice of the ruleset (`focus_after_days`), so is one that was silent for longer than that.
    """
    found = []
    for row in rows:
        broken = sorted({d.rule for d in row.deductions}.intersection(update_rules))
        if not broken and after_days is not None and silent_for_long(row, check_point, after_days):
            broken = [f"超过{after_days}天未更新"]
        if broken:
            found.append(Due(row.account_id, "verdict", run_id, check_point, broken[0]))
    return found


def entries_due(
    known: Iterable[Known],
    verdicts: Iterable[Due],
    population: Collection[str],
    at: datetime,
    update_rules: Collection[str],
) -> list[Due]:
    """Return the causes that put an account of the population on the list at T, by account and time.

    Causes are findings of `update_rules` (监测时间点前2周内无更新, 内容更新不及时: the problems that the list is about)
    that stand, flags, and the verdicts given. Each counts once, whatever
    happened since; one about a moment before the last exit is settled by that exit, and a verdict about a moment
    before the last entry by verdict (a revision of the same round) by that entry.
    """
    known = list(known)
    entered: set[tuple[str, str, UUID]] = set()
    settled: dict[tuple[str, str], datetime] = {}
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, FocusEntered):
            entered.add((event.subject, data.cause, data.cause_id))
        by_verdict = isinstance(data, FocusEntered) and data.cause == "verdict"
        if (by_verdict or isinstance(data, FocusLeft)) and event.time <= at:
            for cause in ("verdict",) if by_verdict else ("finding", "flag", "verdict"):
                key = event.subject, cause
                settled[key] = max(event.time, settled.get(key, event.time))
    return sorted(
        (
            due
            for due in (*_recorded_causes(known, observed_since(at), at, update_rules), *verdicts)
            if due.account_id in population
            and due.at <= at
            and (due.account_id, due.cause, due.cause_id) not in entered
            and due.at > settled.get((due.account_id, due.cause), NEVER)
        ),
        key=lambda due: (due.account_id, due.at, due.cause, due.cause_id),
    )


def exits_due(
    known: Iterable[Known],
    facts: Mapping[str, AccountFacts],
    frequency: Frequency,
    entering: Collection[str],
    at: datetime,
) -> list[tuple[FocusEntry, bool]]:
    """Return who leaves the list at T, and whether because the frequency held (else the account was closed).

    `facts` are those of the population at T, over the weeks of the frequency. The weeks begin after the newest cause:
    an account does not leave for posts from before it was put on the list. One that enters anew at T stays.
    """
    found = []
    for account, entry in sorted(focus_at(known, at).items()):
        if account not in facts:
            found.append((entry, False))
        elif account not in entering:
            since = max(cause.entered_at for cause in entry.causes)
            if since <= at - frequency.weeks * WEEK and frequency.held(facts[account]):
                found.append((entry, True))
    return found


def entry_event(due: Due, at: datetime) -> Event[FocusEntered]:
    """Return the entry of an account; the same cause gives the same id at every check point."""
    reason = due.reason if due.cause == "flag" else _own(due.reason)
    data = FocusEntered(cause=due.cause, cause_id=due.cause_id, reason=reason)
    event_id = fact_ids.focus_entered(due.account_id, due.cause, due.cause_id)
    return Event(event_id, OFFICE, due.account_id, at, data)


def exit_event(entry: FocusEntry, weeks: int, reason: str, at: datetime) -> Event[FocusLeft]:
    """Return the exit of an account from a stay."""
    event_id = fact_ids.focus_left(entry.account_id, entry.causes[0].event_id, at)
    return Event(event_id, OFFICE, entry.account_id, at, FocusLeft(weeks=weeks, reason=_own(reason)))


def _own(words: str) -> str:
    """Return words that nobody typed: they tell of no person, and stay in their fact."""
    return message("{words}", words=words)


def _recorded_causes(
    known: list[Known], since: datetime, until: datetime, update_rules: Collection[str]
) -> list[Due]:
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    found = []
    for k in known:
        event, data = k.event, k.event.data
        if not since < event.time <= until or event.id in withdrawn:
            continue
        if isinstance(data, FindingRecorded) and data.rule_code in update_rules:
            found.append(Due(event.subject, "finding", event.id, event.time, data.rule_code))
        elif isinstance(data, FocusFlagged):
            found.append(Due(event.subject, "flag", event.id, event.time, data.reason or data.by))
    return found
