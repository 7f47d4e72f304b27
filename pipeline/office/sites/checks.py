"""Checks of websites that are kept: frozen once under a name, verified, listed, and their figures for a bulletin."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from events import claim, site_ids
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.fields import field
from events.folding import fold
from events.instants import FAR, local_iso
from events.messages import message
from events.names import unfit_label
from events.site_check import SiteCheckFrozen, SiteRow
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.claims import Wanted, claimed, known_acts
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.site_rulesets import NamedSiteRuleset, find_site_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.sites.standing import standings
from projections.sites.figures import SiteFigures, figures_of
from projections.sites.judging import manifest_hash, rows_digest
from projections.sites.rules import SiteRuleset


class FreezeSiteCheck(msgspec.Struct, frozen=True):
    """Keep what comes out for all sites at a check point."""

    name: str
    check_point: datetime
    known_at: datetime | None = None  # None: everything that is known for certain now
    ruleset: str = ""  # empty: the national one


class SiteCheck(msgspec.Struct, frozen=True):
    """A check that was kept."""

    frozen: SiteCheckFrozen
    frozen_at: datetime
    event_id: Any

    @property
    def figures(self) -> SiteFigures:
        """What its rows come to."""
        return figures_of(self.frozen.rows)


class SiteCheckVerified(msgspec.Struct, frozen=True):
    """What came of judging a check again."""

    check: SiteCheck
    rules_known: bool  # the ruleset of its hash is here; else nothing was judged again
    same: bool
    differing: tuple[str, ...] = ()  # names of sites whose rows differ


def freeze_site_check(workspace: Workspace, asked: FreezeSiteCheck, actor: Actor) -> SiteCheck:
    """Judge all sites at T as known at K and keep the rows under a name that nobody takes again.

    Raises `UsageError` for a name that is none, a check point that is still to come and a registry without sites, and
    `ConflictError` where the name is taken.
    """
    name = asked.name.strip()
    if why := unfit_label(name):
        raise UsageError(message("{name} {text!r} {why}", name=field("name"), text=name, why=why))
    if asked.check_point > datetime.now(UTC):
        raise UsageError(
            message(
                "{at} {time} is still to come", at=field("check_point"), time=local_iso(asked.check_point)
            )
        )
    rules = find_site_ruleset(asked.ruleset, workspace.home.path)
    known_at = workspace.known_at(asked.known_at)
    rows = _rows(workspace, rules, asked.check_point, known_at)
    if not rows:
        raise UsageError(
            message(
                "the registry has no site at {time} as known at {known_at}; `xuncha sites import` takes a list",
                time=local_iso(asked.check_point),
                known_at=local_iso(known_at),
            )
        )
    draft = _draft(name, asked.check_point, known_at, rules, rows)
    thing = claim.site_check(name)
    with claimed(workspace, Wanted(thing, f"site check {draft.manifest_hash}")) as hold:
        data = msgspec.structs.replace(draft, claims=hold.ids)
        event_id = site_ids.site_check_frozen(thing.subject, hold.ids[0])
        now = datetime.now(UTC)
        event: Event[Payload] = Event(event_id, OFFICE, thing.subject, now, data, actor.origin())
        hold.append([event])
    workspace.catch_up()
    return SiteCheck(data, now, event_id)


def site_checks(workspace: Workspace, known_at: datetime = FAR) -> list[SiteCheck]:
    """Return the checks that stand, by check point and name."""
    known = known_acts(workspace.known, (SiteCheckFrozen.type,), known_at)
    found = [
        SiteCheck(k.event.data, k.event.time, k.event.id)
        for k in known
        if isinstance(k.event.data, SiteCheckFrozen)
    ]
    return sorted(found, key=lambda check: (check.frozen.check_point, check.frozen.name))


def find_site_check(workspace: Workspace, name: str) -> SiteCheck:
    """Return the check of a name; raises `NotFoundError`."""
    checks = site_checks(workspace)
    for check in checks:
        if fold(check.frozen.name) == fold(name):
            return check
    names = [check.frozen.name for check in checks]
    raise NotFoundError(
        message(
            "no check of websites {name!r}{nearest}; `xuncha sites checks` shows them",
            name=name,
            nearest=nearest(name, names),
        )
    )


def site_figures(workspace: Workspace, name: str) -> SiteFigures:
    """Return the figures of a kept check, for a bulletin; raises `NotFoundError`."""
    return find_site_check(workspace, name).figures


def verify_site_check(workspace: Workspace, name: str) -> SiteCheckVerified:
    """Judge a kept check again from the facts, as known at its K, and compare row by row."""
    check = find_site_check(workspace, name)
    frozen = check.frozen
    try:
        rules = find_site_ruleset(frozen.ruleset, workspace.home.path)
    except NotFoundError:
        return SiteCheckVerified(check, rules_known=False, same=False)
    if rules.sha256 != frozen.ruleset_sha256:
        return SiteCheckVerified(check, rules_known=False, same=False)
    rows = _rows(workspace, rules, frozen.check_point, frozen.known_at)
    again = _draft(frozen.name, frozen.check_point, frozen.known_at, rules, rows)
    before = {row.site: row for row in frozen.rows}
    now = {row.site: row for row in rows}
    differing = tuple(
        (now.get(site) or before[site]).name
        for site in sorted(before.keys() | now.keys())
        if before.get(site) != now.get(site)
    )
    same = (again.digest, again.manifest_hash) == (frozen.digest, frozen.manifest_hash)
    return SiteCheckVerified(check, rules_known=True, same=same and not differing, differing=differing)


def list_site_checks(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the checks that stand, with their figures."""
    rows = []
    for check in site_checks(workspace):
        figures, frozen = check.figures, check.frozen
        rate = figures.pass_rate
        rows.append(
            {
                "name": frozen.name,
                "check_point": frozen.check_point,
                "known_at": frozen.known_at,
                "ruleset": frozen.ruleset,
                "checked": figures.checked,
                "government": figures.by_kind["government"],
                "institution": figures.by_kind["institution"],
                "passed": figures.passed,
                "failed": figures.failed,
                "unknown": figures.unknown,
                "pass_rate": f"{float(rate) * 100:.2f}%" if rate is not None else "",
                "digest": frozen.digest,
                "frozen_at": check.frozen_at,
            }
        )
    return rows


def row_of_check(row: SiteRow, ruleset: SiteRuleset | None = None) -> dict[str, Any]:
    """Return a row of a check as lists show it; rules by the names that the ruleset gives them."""
    names = {rule.code: rule.name for rule in ruleset.rules} if ruleset else {}
    broken = [charge.rule for charge in row.charges]
    return {
        "domain": row.site.partition(":")[2],
        "name": row.name,
        "kind": row.kind,
        "unit": row.unit,
        "tier": row.tier,
        "area": row.area,
        "verdict": row.verdict,
        "broken": broken,
        "broken_zh": [names.get(code, code) for code in broken],
        "points": sum(charge.points for charge in row.charges),
        "overdue": list(row.overdue),
        "empty": list(row.empty),
        "not_judged": list(row.not_judged),
        "not_judged_zh": [names.get(code, code) for code in row.not_judged],
    }


def _rows(
    workspace: Workspace, rules: NamedSiteRuleset, t: datetime, known_at: datetime
) -> tuple[SiteRow, ...]:
    return tuple(one.judged.row for one in standings(workspace, rules, t, known_at))


def _draft(
    name: str, t: datetime, known_at: datetime, rules: NamedSiteRuleset, rows: tuple[SiteRow, ...]
) -> SiteCheckFrozen:
    digest = rows_digest(rows)
    manifest = {
        "check_point": t,
        "known_at": known_at,
        "ruleset": rules.ruleset.label,
        "ruleset_sha256": rules.sha256,
        "digest": digest,
    }
    return SiteCheckFrozen(
        name=name,
        check_point=t,
        known_at=known_at,
        ruleset=rules.ruleset.label,
        ruleset_sha256=rules.sha256,
        rows=rows,
        digest=digest,
        manifest_hash=manifest_hash(manifest),
    )
