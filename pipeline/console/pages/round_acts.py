"""What is done to a round from its page: drawn, units told, frozen, revised, closed, cancelled, verified again."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.bulletin import Override
from events.facts import Verdict
from pipeline.access.users import Role
from pipeline.console.pages.round_view import require_part, slug_of
from pipeline.console.pages.rounds import page_of_round, round_seen
from pipeline.console.problems import said_by
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.rounds import (
    Freeze,
    ServeRound,
    cancel_round,
    close_round,
    draw,
    freeze,
    propose_freeze,
    revise,
    serve,
)
from pipeline.office.rounds.overview import Standing, standing
from pipeline.office.rounds.verify import verify_round
from projections.rounds.state import RoundState

_MOST_DAYS = 60
_ASKED = 10  # unknown accounts that the form asks about


@post("/rounds/{name:str}/draw", sync_to_thread=True)
def draw_sample(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Draw the sample."""
    return _done(visit, name, "round-drawn", lambda w, state: draw(w, state.name, visit.actor))


@post("/rounds/{name:str}/serve", sync_to_thread=True)
def serve_units(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Record that the units were told of every failing row, or behind the freeze of every row that gets worse."""
    typed = visit.form.text("days")
    days = typed_number(typed, _MOST_DAYS)
    if typed and days is None:
        return page_of_round(visit, name, f"答复期为 0 至 {_MOST_DAYS} 个工作日")
    how = visit.form.text("how")
    return _done(
        visit,
        name,
        "round-served",
        lambda w, s: serve(w, ServeRound(s.name, days=days, how=how), visit.actor),
    )


@post("/rounds/{name:str}/propose", sync_to_thread=True)
def propose(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Propose to freeze in spite of gaps, or do so where the office lets one person."""

    def act(workspace: Workspace, state: RoundState) -> None:
        found = standing(workspace, state)
        asked = Freeze(state.name, visit.form.text("although"), _overrides(visit, found))
        if visit.form.text("alone"):
            freeze(workspace, asked, visit.actor)
        else:
            propose_freeze(workspace, asked, visit.actor)

    return _done(visit, name, "round-frozen" if visit.form.text("alone") else "round-proposed", act)


@post("/rounds/{name:str}/freeze", sync_to_thread=True)
def freeze_round(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Freeze where nothing is open, or agree to what another person proposed."""
    return _done(visit, name, "round-frozen", lambda w, state: freeze(w, Freeze(state.name), visit.actor))


@post("/rounds/{name:str}/revise", sync_to_thread=True)
def revise_round(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Revise with what was learnt since."""
    changed = False

    def act(workspace: Workspace, state: RoundState) -> None:
        nonlocal changed
        changed = revise(workspace, state.name, visit.actor).run is not None

    answer = _done(visit, name, "round-revised", act)
    if answer.status_code != _SEE_OTHER or changed:
        return answer
    return visit.go(f"/rounds/{name}", done="round-unchanged")


@post("/rounds/{name:str}/close", sync_to_thread=True)
def close(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Close a frozen round."""
    reason = visit.form.text("reason")
    return _done(visit, name, "round-closed", lambda w, s: close_round(w, s.name, visit.actor, reason))


@post("/rounds/{name:str}/cancel", sync_to_thread=True)
def cancel(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Cancel a round before its freeze."""
    reason = visit.form.text("reason")
    return _done(visit, name, "round-cancelled", lambda w, s: cancel_round(w, s.name, reason, visit.actor))


@get("/rounds/{name:str}/verify", sync_to_thread=True)
def verify_again(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Prove every stored run of a round again: rows as stored, and as recomputed from the facts known then."""
    with visit.workspace() as workspace:
        state = round_seen(workspace, visit, name)
        proofs = verify_round(workspace, state)
        return visit.page("rounds/verify.html", state=state, proofs=proofs, path=f"/rounds/{slug_of(state)}")


_SEE_OTHER = 303


def _done(
    visit: Visit, name: str, done: str, act: Callable[[Workspace, RoundState], object]
) -> Response[Any]:
    """Do something to the newest round of a name; what is refused is said on its page."""
    try:
        with visit.workspace() as workspace:
            state = round_seen(workspace, visit, name)
            act(workspace, require_part(visit, state, Role.CLERK, Role.SIGNER))
    except (UsageError, ConflictError) as error:
        return page_of_round(visit, name, said_by(error))
    return visit.go(f"/rounds/{name}", done=done)


def _overrides(visit: Visit, found: Standing | None) -> tuple[Override, ...]:
    """Return the unknown accounts that shall stay so, by their place on the page."""
    if found is None:
        return ()
    unknown = [row for row in found.rows if row.verdict is Verdict.UNKNOWN][:_ASKED]
    reasons = ((row, visit.form.text(f"unknown-{number}")) for number, row in enumerate(unknown))
    return tuple(Override(row.account_id, reason) for row, reason in reasons if reason)


HANDLERS = [
    draw_sample,
    serve_units,
    propose,
    freeze_round,
    revise_round,
    close,
    cancel,
    verify_again,
]
