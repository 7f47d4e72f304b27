"""Findings of people about websites, under the rules that people judge."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from events import site_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.fields import field
from events.instants import local_iso
from events.messages import message
from events.moments import Moment
from events.site import SITE_SECRETS, SiteFindingRecorded, as_recorded
from events.sources import SHEETS
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.site_rulesets import find_site_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.finding_records import Piece, keep_pieces
from pipeline.office.sites.registry import find_site
from projections.sites.registry import Site
from projections.sites.rules import SiteRule, SiteRuleset


class RecordSiteFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding about a website as a person tells it."""

    site: str  # as people name it
    rule: str  # code, name or alias
    found: Moment
    count: int = 1
    finder: str = ""  # code of a checker; empty: the actor
    note: str = ""
    page: str = ""  # address of the page that shows it
    pieces: tuple[Piece, ...] = ()
    ruleset: str = ""  # empty: the national one


class StoredSiteFinding(msgspec.Struct, frozen=True):
    """A finding that stands in the log."""

    id: UUID
    site: Site
    rule: SiteRule


def checkable(ruleset: SiteRuleset) -> list[SiteRule]:
    """Return the rules that a person may find broken; the others follow from looks and visits."""
    return [rule for rule in ruleset.rules if rule.by == "finding"]


def record_site_finding(workspace: Workspace, asked: RecordSiteFinding, actor: Actor) -> StoredSiteFinding:
    """Record a finding; the same again changes nothing.

    Of a leak of secrets there is neither text nor file, and giving some is refused. Raises `UsageError` for that, for a
    rule that people do not judge, and for a time that is still to come.
    """
    site = find_site(workspace, asked.site)
    ruleset = find_site_ruleset(asked.ruleset, workspace.home.path).ruleset
    rule = rule_found(ruleset, asked.rule)
    if asked.found.at > datetime.now(UTC) and not asked.found.date_only:
        raise UsageError(
            message(
                "{at} {time} is still to come",
                at=field("at"),
                time=local_iso(asked.found.at),
            )
        )
    if not 1 <= asked.count <= 1_000_000:
        raise UsageError(message("{count} is at least 1", count=field("count")))
    note, page = asked.note.strip(), asked.page.strip()
    if rule.code == SITE_SECRETS and (note or page or asked.pieces):
        raise UsageError(message("{rule_name} is recorded without text, page or file", rule_name=rule.name))
    workspace.home.texts.refuse({"note": note})
    finder = asked.finder or actor.code
    data = SiteFindingRecorded(
        rule=rule.code,
        count=asked.count,
        finder=finder,
        note=note,
        page=page,
        date_only=asked.found.date_only,
        evidence=keep_pieces(workspace.home, asked.pieces, asked.found.at),
    )
    event = finding_event(site.subject, asked.found.at, data)
    append_new(workspace, signed([event], actor))
    return StoredSiteFinding(event.id, site, rule)


def finding_event(subject: str, found_at: datetime, data: SiteFindingRecorded) -> Event[Payload]:
    """Return a finding as a fact; of a leak of secrets it holds rule and count alone."""
    told = f"{data.finder}\n{data.note}\n{data.page}"
    event_id = site_ids.site_finding_recorded(subject, data.rule, found_at, told)
    return Event(event_id, SHEETS, subject, found_at, as_recorded(data))


def rule_found(ruleset: SiteRuleset, text: str) -> SiteRule:
    """Return the rule that a person found broken; raises `UsageError` for one that people do not judge."""
    code = ruleset.resolve(text)
    rule = ruleset.rule(code) if code else None
    if rule is None:
        names = [name for one in checkable(ruleset) for name in (one.name, *one.aliases)]
        raise UsageError(
            message(
                "{rule!r} is no rule of {ruleset}{nearest}",
                rule=text,
                ruleset=ruleset.label,
                nearest=nearest(text, names),
            )
        )
    if rule.by != "finding":
        raise UsageError(
            message(
                "{rule} follows from looks and visits, and nobody finds it; hand in what was seen",
                rule=rule.name,
            )
        )
    return rule
