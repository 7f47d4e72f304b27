"""What programs tell as rows of the sheets that people hand in: the same times, the same bounds."""

from datetime import datetime, timedelta
from typing import NamedTuple

from connectors.people.mobile import holds_mobile
from connectors.sheets.errors import BadValueError
from connectors.sheets.fields import one_spelling
from connectors.sheets.rows import AccountRef, FindingRow, LookRow, PostRow
from connectors.sheets.times import moment_at, read_moment
from events.closeness import nearest
from events.days import chinese_day
from events.evidence import REFERENCE_ONLY
from events.messages import message
from events.moments import Moment
from pipeline.office.observations.told import FindingTold, LookTold, NamedAccount, PostTold, Refused
from projections.rules.rulesets import Ruleset

_AHEAD = timedelta(minutes=10)
"""Clocks of programs are right to this."""

_DAY_S = 86_400
_MOST_CHARACTERS = 60
_ISO_CHARACTERS = len("2026-09-18T08:30:00+08:00")


class RowError(Exception):
    """What is wrong with one field of a row."""

    def __init__(self, field: str, value: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.field = field
        self.value = value
        self.problem = problem
        self.remedy = remedy


def refusal(row: int, error: RowError) -> Refused:
    """Return the answer to a row that is not taken; what may tell of a person is not repeated."""
    value = "" if holds_mobile(error.value) else error.value[:_MOST_CHARACTERS]
    return Refused(row, error.field, value, error.problem, error.remedy)


class Reader(NamedTuple):
    """Reads rows of one batch: as of when, and by which rules."""

    now: datetime
    ruleset: Ruleset | None  # None: no row is a finding

    @property
    def rules(self) -> Ruleset:
        """Return the ruleset; raises `LookupError` where none was asked for."""
        if self.ruleset is None:
            raise LookupError
        return self.ruleset

    def moment(self, field: str, text: str) -> Moment:
        """Return a time; raises `RowError` for what is none, and for what has not come yet."""
        try:
            found = _instant(text) or read_moment(text)
        except BadValueError as e:
            raise RowError(field, text, e.problem, e.remedy) from None
        latest = self.now + _AHEAD
        late = chinese_day(found.at) > chinese_day(latest) if found.date_only else found.at > latest
        if late:
            problem = message("lies in the future")
            raise RowError(field, text, problem, message("correct the time, or the clock of the program"))
        return found

    def post(self, row: int, given: PostTold, account: AccountRef) -> PostRow:
        """Return a post."""
        at = self.moment("at", given.at)
        key = given.key.strip() or given.link.strip()
        return PostRow(row, account, at.at, at.date_only, key or None)

    def look(self, row: int, given: LookTold, account: AccountRef) -> LookRow:
        """Return a look; what stands in it was published by its moment."""
        at = self.moment("at", given.at)
        newest: Moment | None = None
        if given.shows == "posts":
            if not given.newest_post_at:
                problem = message("is empty, which says nothing")
                remedy = message('give the time of the newest post, or "shows": "none" where there is none')
                raise RowError("newest_post_at", "", problem, remedy)
            newest = self.moment("newest_post_at", given.newest_post_at)
        elif given.newest_post_at:
            problem = message("stands beside a look that shows no post")
            raise RowError(
                "newest_post_at", given.newest_post_at, problem, message("leave one of the two out")
            )
        newest_at = newest.at if newest is not None else None
        if newest is not None and newest.date_only and chinese_day(newest.at) == chinese_day(at.at):
            newest_at = min(newest.at, at.at)
        if newest_at is not None and newest_at > at.at:
            problem = message("is later than the look")
            raise RowError(
                "newest_post_at", given.newest_post_at, problem, message("correct one of the two times")
            )
        gap = given.longest_gap_days
        return LookRow(
            row=row,
            account=account,
            looked_at=at.at,
            looked_date_only=at.date_only,
            newest_post_at=newest_at,
            newest_post_date_only=newest is not None and newest.date_only,
            cleared=given.shows == "cleared",
            longest_gap_s=None if gap is None else round(gap * _DAY_S),
            updates_28d=given.updates_28d,
        )

    def finding(self, row: int, given: FindingTold, account: AccountRef, finder: str) -> FindingRow:
        """Return a finding under a rule of the ruleset in force."""
        at = self.moment("at", given.at)
        rule = self.rules.resolve(given.rule)
        if rule is None:
            problem = message(
                "is no rule of the ruleset{nearest}", nearest=nearest(given.rule, self.rules.names)
            )
            raise RowError("rule", given.rule, problem, message("write the code or the name of a rule"))
        if rule in REFERENCE_ONLY and given.note:
            problem = message("must stay empty: secret or harmful content is never copied")
            raise RowError(
                "note", "", problem, message("clear it; reference says where the evidence is kept")
            )
        return FindingRow(
            row=row,
            account=account,
            rule=rule,
            rule_text=given.rule,
            severity=given.severity,
            count=given.count,
            found_at=at.at,
            date_only=at.date_only,
            finder=finder,
            note=given.note.strip(),
            reference=given.reference.strip(),
        )


def _instant(text: str) -> Moment | None:
    """Return a time as programs write it, None for what people's forms have to be asked about; raises as they do."""
    if len(text) != _ISO_CHARACTERS or text[10] != "T":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment_at(at) if at.tzinfo is not None else None


def account_ref(named: NamedAccount) -> AccountRef:
    """Return which account a row names but for its number for people; raises `RowError` where it names none."""
    if not named.id and not (named.name and named.platform):
        problem = message("does not say which account")
        raise RowError("account", "", problem, message("give the account id, or both name and platform"))
    platform = one_spelling(named.platform.strip())
    return AccountRef(
        named.id.strip() or None, named.name.strip() or None, platform or None, named.owner.strip() or None
    )
