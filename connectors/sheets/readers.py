"""Readers of the five kinds of sheets: all of a file or none of it, with every bad cell named."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from connectors.sheets.evidence_cells import refuse_copies
from connectors.sheets.fields import RowFields, read_newest
from connectors.sheets.kinds import (
    ACCOUNTS,
    FILINGS,
    FINDINGS,
    LOOKS,
    POSTS,
)
from connectors.sheets.notes import Rows
from connectors.sheets.reading import latest_time, read_rows
from connectors.sheets.rows import AccountRow, FilingRow, FindingRow, LookRow, PostRow
from connectors.sheets.vocabulary import CHANGES, CLEARED_WORDS, FILING_WORDS, SEVERITY_WORDS
from events.closeness import nearest
from events.days import chinese_day
from events.filing import FilingKind
from events.folding import fold_name
from events.messages import message


def read_accounts(path: Path) -> Rows[AccountRow]:
    """Read the registry; an account may stand once."""
    seen: dict[tuple[str, ...], int] = {}
    return read_rows(path, ACCOUNTS, lambda fields: _account(fields, seen))


def read_filings(path: Path) -> Rows[FilingRow]:
    """Read openings, changes and closings."""
    return read_rows(path, FILINGS, _filing)


def read_findings(
    path: Path,
    resolve_rule: Callable[[str], str | None],
    now: datetime | None = None,
    *,
    rules: Sequence[str] = (),
) -> Rows[FindingRow]:
    """Read findings; `resolve_rule` names the rule of a code or a Chinese name, None where it knows none.

    `rules` are all names, to answer with the nearest. Times later than tomorrow, seen from `now` (default: the wall
    clock), are refused.
    """
    latest = latest_time(now)
    return read_rows(path, FINDINGS, lambda fields: _finding(fields, resolve_rule, rules, latest))


def read_looks(path: Path, now: datetime | None = None) -> Rows[LookRow]:
    """Read looks by hand; `now` as in `read_findings`."""
    latest = latest_time(now)
    return read_rows(path, LOOKS, lambda fields: _look(fields, latest))


def read_posts(path: Path, now: datetime | None = None) -> Rows[PostRow]:
    """Read posts and statements that there was none; `now` as in `read_findings`."""
    latest = latest_time(now)
    silent: dict[tuple[str | None, ...], tuple[int, bool]] = {}
    return read_rows(path, POSTS, lambda fields: _post(fields, latest, silent))


def _account(fields: RowFields, seen: dict[tuple[str, ...], int]) -> AccountRow:
    fields.need("name", "platform")
    opened = fields.moment("opened_at")
    extra, people = fields.unknown()
    row = AccountRow(
        row=fields.number,
        given_id=fields.id("account_id"),
        name=fields.text("name"),
        platform=fields.platform(),
        owner=fields.text("owner"),
        supervisor=fields.text("supervisor"),
        tier=fields.text("tier"),
        area=fields.text("area"),
        opened_at=opened.at if opened else None,
        opened_at_date_only=opened is not None and opened.date_only,
        description=fields.text("description"),
        extra=extra,
        people=people,
        link=fields.address("link"),
        section=fields.text("section"),
        operator=fields.text("operator"),
        verified_as=fields.text("verified_as"),
    )
    if row.given_id is not None:
        first = seen.setdefault(("id", row.platform, row.given_id), row.row)
        if first != row.row:
            fields.refuse(
                "account_id",
                message("is the account of row {first} again", first=first),
                message("keep one of the two rows"),
            )
    elif fields.cell("account_id") is None and row.name and row.platform:
        first = seen.setdefault(("name", row.platform, fold_name(row.name)), row.row)
        if first != row.row:
            fields.refuse(
                "name",
                message("has the name and platform of row {first}", first=first),
                message("keep one row, or give ids to both"),
            )
    return row


def _filing(fields: RowFields) -> FilingRow | None:
    fields.need("kind", "effective_at")
    account = fields.account()
    kind = fields.choice("kind", FILING_WORDS)
    effective = fields.moment("effective_at")
    filed = fields.moment("filed_at")
    changes = {
        change: text
        for change in CHANGES
        if (text := fields.address("new_link") if change == "link" else fields.text(f"new_{change}"))
    }
    if kind == "changed" and not changes:
        fields.refuse(
            "kind", message("is a change without a new value"), message("fill in what is new, such as 新名称")
        )
    if kind not in (None, "changed") and changes:
        fields.refuse("kind", message("is no change but has new values"), message("clear them or write 变更"))
    reason = fields.text("reason")
    if kind is None or effective is None:
        return None
    return FilingRow(
        row=fields.number,
        account=account,
        kind=cast(FilingKind, kind),
        effective_at=effective.at,
        effective_date_only=effective.date_only,
        filed_at=filed.at if filed else None,
        filed_date_only=filed is not None and filed.date_only,
        reason=reason,
        changes=changes,
    )


def _finding(
    fields: RowFields, resolve_rule: Callable[[str], str | None], rules: Sequence[str], latest: datetime
) -> FindingRow | None:
    fields.need("rule", "found_at")
    account = fields.account()
    rule_text = fields.text("rule")
    rule = resolve_rule(rule_text) if rule_text else None
    if rule_text and rule is None:
        fields.refuse(
            "rule",
            message("is no rule of the ruleset{nearest}", nearest=nearest(rule_text, rules)),
            message("write the code or the name of a rule"),
        )
    severity = fields.choice("severity", SEVERITY_WORDS)
    count = fields.count("count")
    found = fields.moment("found_at", latest)
    finder, note, reference = fields.text("finder"), fields.text("note"), fields.text("reference")
    refuse_copies(fields, rule, "note")
    if rule is None or found is None:
        return None
    return FindingRow(
        row=fields.number,
        account=account,
        rule=rule,
        rule_text=rule_text,
        severity=cast(Literal["red", "yellow"] | None, severity),
        count=count,
        found_at=found.at,
        date_only=found.date_only,
        finder=finder,
        note=note,
        reference=reference,
    )


def _look(fields: RowFields, latest: datetime) -> LookRow | None:
    fields.need("looked_at")
    account = fields.account()
    looked = fields.moment("looked_at", latest)
    newest = read_newest(fields, latest)
    gap = fields.days("longest_gap")
    if looked is None:
        return None
    newest_at = newest.at if newest else None
    if newest and newest.date_only and chinese_day(newest.at) == chinese_day(looked.at):
        newest_at = min(newest.at, looked.at)
    if newest_at is not None and newest_at > looked.at:
        fields.refuse(
            "newest_post_at", message("is later than the look"), message("correct one of the two times")
        )
    return LookRow(
        row=fields.number,
        account=account,
        looked_at=looked.at,
        looked_date_only=looked.date_only,
        newest_post_at=newest_at,
        newest_post_date_only=newest is not None and newest.date_only,
        cleared=newest is None and fields.holds_one_of("newest_post_at", CLEARED_WORDS),
        longest_gap_s=None if gap is None else round(gap * 86400),
        updates_28d=fields.whole("updates_28d"),
    )


def _post(
    fields: RowFields, latest: datetime, silent: dict[tuple[str | None, ...], tuple[int, bool]]
) -> PostRow | None:
    """Take a post; an account with posts cannot also be said to have had none."""
    account = fields.account()
    published = fields.moment("published_at", latest)
    native_key = fields.id("post_id") or fields.link("link")
    if fields.errors:
        return None
    if published is None and native_key is not None:
        fields.refuse(
            "published_at",
            message("is empty though the row names a post"),
            message("fill in the time of the post"),
        )
    key = (account.given_id,) if account.given_id else (account.name, account.platform)
    first, first_silent = silent.setdefault(key, (fields.number, published is None))
    if first_silent != (published is None):
        fields.refuse(
            "published_at",
            message("contradicts row {first}: posts and no post of one account", first=first),
            message("clear the row that says there was none, or the posts"),
        )
    return PostRow(
        row=fields.number,
        account=account,
        published_at=published.at if published else None,
        date_only=published is not None and published.date_only,
        native_key=native_key,
    )
