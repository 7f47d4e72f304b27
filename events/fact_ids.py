"""The id of every kind of fact, each by its recipe; whoever makes a fact gives values and knows no key.

Functions have the names of event types. `test_fact_ids.py` holds an id of each: a recipe never changes. What follows
from other facts has its ids in `derived_ids.py`, rounds have theirs in `round_ids.py`.
"""

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import msgspec

from events.ids import SEPARATOR, fact_id
from events.sources import CLOCK, LOG, OFFICE, SHEETS


def values_digest(values: Mapping[str, Any]) -> str:
    """Return what tells facts of one moment apart by their values; the order of the names does not matter."""
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()[:16]


def standing(void: Container[UUID], named: Callable[[int], UUID]) -> UUID:
    """Return the id of the first telling of a fact that was not withdrawn: told again after an undo it is another."""
    return next(event_id for telling in count(1) if (event_id := named(telling)) not in void)


def told_key(key: str, telling: int) -> str:
    return key if telling == 1 else f"{key}#{telling}"


# Posts and looks


def post_published(source: str, account: str, key: str, *, telling: int = 1) -> UUID:
    """Name a post by its source's own key of it."""
    return fact_id(source, account, told_key(f"post:{key}", telling))


def post_key_of_time(published_at: datetime | None) -> str:
    """Return the key of a post that its source gives none: when it was published."""
    return f"at:{published_at.isoformat() if published_at else ''}"


def post_key_again(key: str, at: datetime) -> str:
    """Return the key of another post under a key that is taken.

    `at` is its stated time in a feed; in a sheet the time of the withdrawn post before it, so that one at most follows.
    """
    return f"{key}@{at.isoformat()}"


def account_patrolled(
    source: str,
    account: str,
    looked_at: datetime,
    corrected: Sequence[datetime | None] = (),
    *,
    telling: int = 1,
) -> UUID:
    """Name a look by its time; `corrected` are the newest posts that were told of it before and taken back."""
    return fact_id(source, account, told_key(_look(looked_at, corrected), telling))


def patrol_failed(
    source: str, account: str, looked_at: datetime, corrected: Sequence[datetime | None] = ()
) -> UUID:
    """Name a failed look by its time: what is read again and does not fail is another fact."""
    return fact_id(source, account, f"failed-{_look(looked_at, corrected)}")


def _look(looked_at: datetime, corrected: Sequence[datetime | None]) -> str:
    return ":".join(("look", looked_at.isoformat(), *(at.isoformat() if at else "none" for at in corrected)))


def span_patrolled(account: str, start: datetime, until: datetime) -> UUID:
    """Name a look that rows handed in declare by their span."""
    return fact_id(SHEETS, account, f"span:{start.isoformat()}:{until.isoformat()}")


def span_patrolled_again(account: str, withdrawn: UUID) -> UUID:
    """Name a look of a span, where it holds again, by the one that was withdrawn."""
    return fact_id(SHEETS, account, f"after:{withdrawn}")


def look_contradicted(source: str, account: str, post: UUID) -> UUID:
    """Name a contradiction by the post that looks had left out."""
    return fact_id(source, account, f"contradicted:{post}")


def sweep_completed(source: str, swept_at: datetime) -> UUID:
    """Name a sweep of a source by its time."""
    return fact_id(source, source, f"sweep:{swept_at.isoformat()}")


def stall_stated(source: str, before: UUID | None) -> UUID:
    """Name what a person says of a stall of a source by what was said before: of two at once one is told."""
    return fact_id(source, source, f"stall:{before or ''}")


def withdrawn(account: str, corrects: UUID) -> UUID:
    """Name the withdrawal of a post, a look or a finding: there is one, whoever does it again."""
    return fact_id(SHEETS, account, f"withdrawn:{corrects}")


# Accounts and units


def account_opened(account: str, opened_at: datetime | None, after: UUID | None = None) -> UUID:
    """Name an opening by its time; one told by a list names the opening known before, for a date may come back."""
    key = f"opened:{opened_at.isoformat() if opened_at else ''}"
    return fact_id(SHEETS, account, key if after is None else f"{key}:{after}")


def account_changed(account: str, at: datetime, changes: Mapping[str, Any]) -> UUID:
    """Name a filed change by its time and what is new."""
    return fact_id(SHEETS, account, f"changed:{at.isoformat()}:{values_digest(changes)}")


def account_changed_by_list(account: str, opening: UUID, at: datetime, changes: Mapping[str, Any]) -> UUID:
    """Name a change of a list by what is new, the opening that it is about, and the time of the import."""
    return fact_id(SHEETS, account, f"changed:{values_digest(changes)}:{opening}:{at.isoformat()}")


def account_id_corrected(account: str, opening: UUID, native_id: str) -> UUID:
    """Name the correction of an opening by the id on the platform that it lacked."""
    return fact_id(SHEETS, account, f"id:{opening}:{native_id}")


def account_closed(account: str, closed_at: datetime) -> UUID:
    """Name a closing by its time."""
    return fact_id(SHEETS, account, f"closed:{closed_at.isoformat()}:{values_digest({})}")


def account_merged(account: str, opening: UUID, into: str) -> UUID:
    """Name the merge of a twin by its opening and the account that it is merged into."""
    return fact_id(SHEETS, account, f"merged:{opening}:{into}")


def moved_to(source: str, into: str, fact: UUID) -> UUID:
    """Name a fact about a twin that is told again of the account that it is merged into."""
    return fact_id(source, into, f"moved:{fact}")


def account_stop_noticed(account: str, at: datetime) -> UUID:
    """Name the notice of a stop by its time."""
    return fact_id(SHEETS, account, f"stop-notice:{at.isoformat()}")


def account_spotted(account: str, finder: str, at: datetime) -> UUID:
    """Name what a patrol saw by who saw it and when."""
    return fact_id(SHEETS, account, f"spotted:{finder}:{at.isoformat()}")


def unit_registered(unit: str, since: datetime, fields: Mapping[str, Any]) -> UUID:
    """Name the registration of a unit by its time and all it says."""
    return fact_id(SHEETS, unit, f"registered:{since.isoformat()}:{values_digest(fields)}")


def unit_changed(unit: str, at: datetime, changes: Mapping[str, Any]) -> UUID:
    """Name a change of a unit by what is new and when."""
    return fact_id(SHEETS, unit, f"changed:{values_digest(changes)}:{at.isoformat()}")


def unit_ended(unit: str, ended_at: datetime) -> UUID:
    """Name the end of a unit by its time."""
    return fact_id(SHEETS, unit, f"ended:{ended_at.isoformat()}")


# Filings and counterfeits


def filing_applied(account: str, kind: str, applied_at: datetime) -> UUID:
    """Name an application by its kind and time."""
    return fact_id(SHEETS, account, f"applied:{kind}:{applied_at.isoformat()}")


def filing_opinion_given(
    account: str, about: UUID, by: str, given_at: datetime, *, approved: bool, opinion: str
) -> UUID:
    """Name an opinion by what it is about, whose it is, when it was given, and all it says."""
    digest = values_digest({"approved": approved, "opinion": opinion})
    return fact_id(SHEETS, account, f"opinion:{about}:{by}:{given_at.isoformat()}:{digest}")


def filing_filed(
    account: str, kind: str, effective_at: datetime, filed_at: datetime | None, news: Mapping[str, Any]
) -> UUID:
    """Name a filing by its kind, both times, and what a change makes new."""
    filed = filed_at.isoformat() if filed_at else ""
    key = f"filed:{kind}:{effective_at.isoformat()}:{filed}:{values_digest(news)}"
    return fact_id(SHEETS, account, key)


def filing_forwarded(account: str, filing: UUID, system: str, forwarded_at: datetime) -> UUID:
    """Name a forwarding by the filing, the system and the time."""
    return fact_id(SHEETS, account, f"forwarded:{filing}:{system}:{forwarded_at.isoformat()}")


def counterfeit_step(
    account: str, event_type: str, at: datetime, before: int, fields: Mapping[str, Any]
) -> UUID:
    """Name a step of a case by its place in the case and all it says: steps of one day are several."""
    return fact_id(SHEETS, account, f"{event_type}:{at.isoformat()}:{before}:{values_digest(fields)}")


# Findings, reports of units, the focus list


def finding_recorded(
    account: str, rule: str, found_at: datetime, finder: str, note: str, *, telling: int = 1
) -> UUID:
    """Name a finding by rule, time, finder and note; another count alone is the same finding."""
    key = f"finding:{rule}:{found_at.isoformat()}:{finder}:{note}"
    return fact_id(SHEETS, account, told_key(key, telling))


def finding_carried(account: str, finding: UUID) -> UUID:
    """Name a finding that counts in the next quarter by the one of this quarter."""
    return fact_id(SHEETS, account, f"carried:{finding}")


def self_finding_recorded(
    unit: str,
    account: str,
    rule: str,
    checked_at: datetime,
    count: int,
    note: str,
    *,
    telling: int = 1,
) -> UUID:
    """Name a finding of a self-check by rule, time, count and note; another count is another finding."""
    key = f"finding:{rule}:{checked_at.isoformat()}:{count}:{note}"
    return fact_id(unit, account, told_key(key, telling))


def fallen_with_report(account: str, finding: UUID, report: UUID) -> UUID:
    """Name the withdrawal of a finding that fell with the report which told it: handed in again it counts anew."""
    return fact_id(SHEETS, account, f"fallen:{finding}:{report}")


def finding_rectified(unit: str, account: str, finding: UUID) -> UUID:
    """Name the rectification of a finding: there is one."""
    return fact_id(unit, account, f"rectified:{finding}")


def finding_rechecked(account: str, finding: UUID, by: str, *, holds: bool, note: str) -> UUID:
    """Name a second check by the finding, the checker and what they say."""
    return fact_id(OFFICE, account, SEPARATOR.join(("rechecked", str(finding), by, str(holds), note)))


def rectification_ordered(account: str, finding: UUID) -> UUID:
    """Name the order to put a finding right: there is one."""
    return fact_id(OFFICE, account, f"rectification:{finding}")


def rectification_answered(
    account: str, tasks: Iterable[UUID], text: str, evidence: Iterable[str], *, telling: int = 1
) -> UUID:
    """Name an answer by its tasks, what it says, and the hashes of its files."""
    content = {"tasks": sorted(map(str, tasks)), "text": text, "evidence": sorted(set(evidence))}
    return fact_id(OFFICE, account, told_key(f"answered:{values_digest(content)}", telling))


def report_received(unit: str, quarter: str, sha256: str) -> UUID:
    """Name a report of a unit by its quarter and file."""
    return fact_id(unit, unit, f"report:{quarter}:{sha256}")


def self_check_recorded(unit: str, account: str, report: UUID) -> UUID:
    """Name the self-check of an account by the report that tells it."""
    return fact_id(unit, account, f"self_check:{report}")


def upper_check_recorded(account: str, level: str, checked_at: datetime) -> UUID:
    """Name a result of an upper level, which checks an account once at a time."""
    return fact_id(SHEETS, account, f"upper_check:{level}:{checked_at.isoformat()}")


def focus_flagged(account: str, at: datetime, by: str, reason: str) -> UUID:
    """Name a flag by its time, firm and reason."""
    return fact_id(SHEETS, account, f"focus.flagged:{at.isoformat()}:{by}:{reason}")


def focus_entered(account: str, cause: str, cause_id: UUID) -> UUID:
    """Name an entry by its cause: the same one at every check point."""
    return fact_id(OFFICE, account, f"focus.entered:{cause}:{cause_id}")


def focus_left(account: str, entry: UUID, at: datetime) -> UUID:
    """Name an exit by the first entry of the stay and the check point."""
    return fact_id(OFFICE, account, f"focus.left:{entry}:{at.isoformat()}")


# Bulletins and claims


def office_described(before: UUID | None, values: Mapping[str, Any]) -> UUID:
    """Name what the office says of itself by what it said before and says now."""
    return fact_id(OFFICE, OFFICE, f"described:{before or 'first'}:{values_digest(values)}")


def competent_office_described(subject: str, before: UUID | None, values: Mapping[str, Any]) -> UUID:
    """Name what a competent office says of itself by what it said before and says now."""
    return fact_id(OFFICE, subject, f"described:{before or 'first'}:{values_digest(values)}")


def ruleset_adopted(subject: str, before: UUID | None) -> UUID:
    """Name the adoption of a ruleset by the one whose place it takes: there is one."""
    return fact_id(OFFICE, subject, f"adopted:{before or 'first'}")


def claim_made(subject: str, attempt: str) -> UUID:
    """Name a claim by the attempt at what it claims."""
    return fact_id(OFFICE, subject, f"claim:{attempt}")


def claim_released(subject: str, claim: UUID) -> UUID:
    """Name the release of a claim: there is one."""
    return fact_id(OFFICE, subject, f"released:{claim}")


def numbers_given(subject: str, claim: UUID) -> UUID:
    """Name a batch of account numbers by the claim under which it was given."""
    return fact_id(OFFICE, subject, f"given:{claim}")


# Intakes of papers


def intake_opened(intake: str, plan: str) -> UUID:
    """Name the opening of an intake by the plan that it carries out."""
    return fact_id(OFFICE, intake, f"opened:{plan}")


def intake_closed(intake: str) -> UUID:
    """Name the close of an intake: there is one."""
    return fact_id(OFFICE, intake, "closed")


def intake_withdrawn(intake: str) -> UUID:
    """Name the withdrawal of an intake: there is one."""
    return fact_id(OFFICE, intake, "withdrawn")


def stated_by_paper(subject: str, digest: str, attempt: int, page: str, row: int, what: str) -> UUID:
    """Name what one paper alone tells by its row: the same row of another attempt is another fact."""
    return fact_id(SHEETS, subject, f"intake:{digest}:{attempt}:{page}:{row}:{what}")


def people_placed_by_plan(account: str, plan: str) -> UUID:
    """Name the change of an account's people by the plan that places them."""
    return fact_id(OFFICE, account, f"intake:{plan}:people")


def recorded_again(source: str, subject: str, before: UUID, withdrawal: UUID) -> UUID:
    """Name a fact that is told again after it was withdrawn, by its id before and the withdrawal."""
    return fact_id(source, subject, f"again:{before}:{withdrawal}")


# Clock and log


def clock_ticked(at: datetime) -> UUID:
    """Name a tick by its moment."""
    return fact_id(CLOCK, CLOCK, at.isoformat())


def log_marked(at: datetime, ends: Sequence[int]) -> UUID:
    """Name a marker by its moment and the ends of the partitions that it stands behind."""
    return fact_id(LOG, LOG, f"marked:{at.isoformat()}:{ends}")
