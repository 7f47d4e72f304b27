"""A bulletin on its page: the document, what is to be said of it, where it stands, and the one next step."""

from typing import Any

from litestar import Response

from events.bulletin import Edition
from events.ruling import AccountLined
from pipeline.access.users import Role
from pipeline.console.hands import acts_in, name_of
from pipeline.console.pages.round_view import require_part
from pipeline.console.problems import no_such_page
from pipeline.console.rights import Reach
from pipeline.console.visit import Visit
from pipeline.home.catalogue import in_chinese
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin import bulletin_state, compose
from pipeline.office.bulletin.compose import folder_of
from pipeline.office.bulletin.draft import known_bulletins
from pipeline.office.bulletin.hands import hands_of
from pipeline.office.bulletin.inspection import Line, inspect
from pipeline.office.bulletin.preview import composed_as, preview
from pipeline.office.bulletin.signing import signature_of
from pipeline.office.rounds.state import find_round
from pipeline.office.two_persons import is_waived
from projections.bulletin.corrections import corrections_of, issued_under
from projections.bulletin.state import BulletinStage, BulletinState
from projections.rounds.state import RoundState, Stage

EDITIONS: dict[str, str] = {"public": "公开版", "internal": "内部版", "line": "条线版"}
STAGES = {
    BulletinStage.DRAFTED: ("草稿，未核对", "warn"),
    BulletinStage.CHECKED: ("草稿，未签发", "warn"),
    BulletinStage.SUBMITTED: ("待签发", "warn"),
    BulletinStage.SIGNED: ("已签发，未印发", "ok"),
    BulletinStage.ISSUED: ("已印发", "ok"),
}


def edition_asked(visit: Visit) -> Edition:
    """Return the edition that the address or the form names; whoever is no office sees no internal one."""
    asked = visit.form.text("edition") or visit.ask("edition")
    if asked == "internal":
        if visit.reach not in (Reach.ALL, Reach.AREA):
            raise no_such_page()
        return "internal"
    return "line" if asked == "line" else "public"


def is_office(visit: Visit, round_: RoundState) -> bool:
    """Tell who reads drafts of a bulletin and what is behind it: the city's office, and the one that runs a round."""
    return visit.reach is Reach.ALL or acts_in(visit, round_, Role.CLERK)


def round_asked(workspace: Workspace, name: str) -> RoundState:
    """Return the round of an address; raises 404 where there is none."""
    state = find_round(workspace, name)
    if state is None:
        raise no_such_page()
    return state


def state_asked(workspace: Workspace, visit: Visit, name: str, edition: Edition) -> BulletinState | None:
    """Return how far a bulletin has come; whoever is no office knows of none before it went out."""
    state = bulletin_state(workspace, name, edition)
    if is_office(visit, round_asked(workspace, name)):
        return state
    if state is None or state.issued is None or edition == "internal":
        raise no_such_page()
    return state


def round_of_own(workspace: Workspace, visit: Visit, name: str, *roles: Role) -> RoundState:
    """Return the round of an address in which whoever asks does the part of one of the roles; raises 404 for others."""
    return require_part(visit, round_asked(workspace, name), *roles)


def url_of(name: str, edition: Edition, page: str = "") -> str:
    """Return the address of a bulletin, or of a page below it."""
    return f"/bulletins/{name}{page}" + ("" if edition == "public" else f"?edition={edition}")


def show(
    visit: Visit,
    name: str,
    edition: Edition,
    *,
    status: int = 200,
    error: str = "",
    faults: tuple[str, ...] = (),
    errors: dict[str, str] | None = None,
) -> Response[Any]:
    """Answer with the page of a bulletin; `errors` stand beside fields, `faults` are what a check found."""
    with visit.workspace() as workspace:
        state = round_asked(workspace, name)
        found = state_asked(workspace, visit, name, edition)
        context = _context(visit, workspace, state, found, edition)
    return visit.page(
        "bulletins/show.html",
        status=status,
        error=error,
        faults=faults,
        errors=errors or {},
        form=visit.form,
        round=state,
        edition=edition,
        editions=EDITIONS,
        **context,
        figure_url=lambda place: url_of(name, edition, f"/figures/{place}"),
        stage=STAGES[found.stage] if found else ("未起草", "plain"),
    )


def _context(
    visit: Visit, workspace: Workspace, state: RoundState, found: BulletinState | None, edition: Edition
) -> dict[str, Any]:
    """Return what the page says, nothing of the document before the freeze."""
    office = is_office(visit, state)
    at = {"url": lambda page="": url_of(state.name, edition, page), "office": office, "state": found}
    if state.newest is None or state.stage is Stage.CANCELLED:
        return {**at, "shown": None, "can": _nothing(), "has_lines": False}
    bulletin = (
        compose(workspace, state.name, edition=edition)
        if found is None
        else composed_as(workspace, state.name, found)
    )
    previewed = preview(bulletin)
    folder = folder_of(workspace.home, state.name, edition)
    lines: list[Line] = []
    if found is not None and found.issued is None and office:
        lines = inspect(workspace, state.name, bulletin, previewed, found, folder)
    hands = _hands(workspace, state.name, found)
    settled = {override.account_id for override in (state.frozen.overrides if state.frozen else ())}
    registry = registry_now(workspace)
    waiting = [account for account in bulletin.unknown if account not in settled]
    return {
        **at,
        "shown": previewed,
        "has_lines": bool(workspace.known.read((AccountLined.type,), state.newest.known_at)),
        "lines": [(line.verdict, in_chinese(line.text), in_chinese(line.more)) for line in lines],
        "counts": {
            verdict: sum(line.verdict == verdict for line in lines) for verdict in ("holds", "heed", "fails")
        },
        "unknown": [(registry.numbers.get(a, ""), registry.title(a)) for a in waiting],
        "steps": _steps(visit, found, hands),
        "can": _can(visit, workspace, state, found, hands),
        "issued": _corrections(workspace, found),
    }


def _hands(workspace: Workspace, name: str, found: BulletinState | None) -> dict[str, str]:
    """Return who drafted and who signed, by the code of the actor."""
    if found is None:
        return {}
    signature = signature_of(name, found)
    hands = hands_of(workspace, found.draft_id, signature)
    return {"draft": hands.get(found.draft_id, ""), "sign": hands.get(signature, "")}


def _steps(
    visit: Visit, found: BulletinState | None, hands: dict[str, str]
) -> tuple[tuple[str, str, Any, bool], ...]:
    """Return the steps with who took them, when, and whether they are done."""
    drafted, checked, submitted, signed, issued = (
        (found.drafted_at, found.checked_at, found.submitted_at, found.signed_at, found.issued_at)
        if found
        else (None, None, None, None, None)
    )
    role = f"{found.signed.office}{found.signed.role}" if found and found.signed else ""
    number = found.issued.number if found and found.issued else ""
    return (
        ("起草", name_of(visit, hands.get("draft", "")) if drafted else "", drafted, drafted is not None),
        ("核对", "自动" if checked else "", checked, checked is not None),
        ("送签", "", submitted, submitted is not None or signed is not None),
        (
            "签发",
            f"{name_of(visit, hands.get('sign', ''))} {role}".strip() if signed else "",
            signed,
            signed is not None,
        ),
        ("印发", number, issued, issued is not None),
    )


def _nothing() -> dict[str, Any]:
    return dict.fromkeys(("draft", "check", "submit", "sign", "issue", "correct"), False)


def _can(
    visit: Visit, workspace: Workspace, state: RoundState, found: BulletinState | None, hands: dict[str, str]
) -> dict[str, Any]:
    """Return which steps whoever asks may take now, and why a signer may not sign."""
    clerk, signer = (acts_in(visit, state, role) for role in (Role.CLERK, Role.SIGNER))
    waived = is_waived(workspace, "sign")
    stage = found.stage if found else None
    own = visit.user is not None and hands.get("draft") == visit.user.id and not waived
    waits = stage is BulletinStage.SUBMITTED or (stage is BulletinStage.CHECKED and signer and not clerk)
    may_go = stage is BulletinStage.SIGNED or (
        waived and stage in (BulletinStage.CHECKED, BulletinStage.SUBMITTED)
    )
    return {
        "draft": clerk,
        "check": clerk and stage is BulletinStage.DRAFTED,
        "submit": clerk and stage is BulletinStage.CHECKED,
        "sign": signer and stage is BulletinStage.SUBMITTED and not own,
        "issue": clerk and may_go,
        "correct": (clerk or signer) and stage is BulletinStage.ISSUED,
        "why": "您是起草人，须由他人签发" if own and waits else "",
        "waived": waived,
    }


def _corrections(workspace: Workspace, found: BulletinState | None) -> tuple[str, ...]:
    """Return the numbers under which corrections of an issued bulletin went out."""
    if found is None or found.issued is None:
        return ()
    known = known_bulletins(workspace)
    first = issued_under(known, found.issued.number)
    return tuple(c.issued.number for c in corrections_of(known, first.id) if c.issued) if first else ()
