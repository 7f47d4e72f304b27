"""Who did something, as pages say it: a person by name where the sign-in store has one, else by what they are."""

from events.folding import fold
from pipeline.access.users import Role
from pipeline.console.visit import Visit
from pipeline.home.actor import OFFICE
from projections.rounds.state import RoundState


def name_of(visit: Visit, code: str) -> str:
    """Return who stands behind the actor of a fact; empty for none."""
    if visit.user is not None and code == visit.user.id:
        return visit.user.name
    if code in ("", OFFICE.code):
        return "办公室" if code else ""
    if code == "link":
        return "提醒中的链接"
    with visit.signin.snapshot():
        user = visit.signin.user(code)
    return user.name if user is not None else "其他经办人"


def acts_in(visit: Visit, state: RoundState, role: Role) -> bool:
    """Tell whether whoever asks does the part of a role in a round and its bulletin.

    In a round that a competent office runs its own people do every part; two persons stay two.
    """
    office = state.announced.office
    if not office:
        return has(visit, role)
    grants = visit.user.grants if visit.user is not None else ()
    return any(grant.role is Role.COMPETENT and fold(grant.scope) == fold(office) for grant in grants)


def has(visit: Visit, role: Role) -> bool:
    """Tell whether whoever asks has a role, whichever let them in."""
    return visit.user is not None and visit.user.grant(role) is not None
