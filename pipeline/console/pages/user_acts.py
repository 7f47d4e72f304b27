"""What is done about a user: roles given, agreed to and taken, signing in stopped and allowed again."""

from collections.abc import Callable
from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from pipeline.access.sessions import end_sessions
from pipeline.access.store import note
from pipeline.access.user_care import agree_to_role, disable_user, drop_codes, grant_role, revoke_role
from pipeline.access.users import Grant, Role, StoredUser
from pipeline.console.pages.users import grant_of, seen, show_invitation, user_page
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.proof import proven
from pipeline.console.user_rights import UserRights
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.office.two_persons import is_waived


@post("/users/{user:str}/grant", sync_to_thread=True)
def give_role(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Give somebody a role; that of an administrator waits for a second person."""
    grant = _grant(visit)
    alone = False
    if grant.role is Role.ADMIN:
        with visit.workspace() as workspace:
            alone = is_waived(workspace, "admin")
    waits = False

    def act(found: StoredUser) -> None:
        nonlocal waits
        waits = grant_role(visit.signin, found.id, grant, visit.actor.code, visit.now, alone=alone).waits

    return _done(visit, user, act, lambda: "role-waits" if waits else "role-given")


@post("/users/{user:str}/agree", sync_to_thread=True)
def agree(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Agree to a role that another administrator proposed."""
    grant = _grant(visit)
    return _done(
        visit,
        user,
        lambda found: agree_to_role(visit.signin, found.id, grant, visit.actor.code, visit.now),
        lambda: "role-agreed",
    )


@post("/users/{user:str}/revoke", sync_to_thread=True)
def take_role(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Take a role from somebody."""
    grant = _grant(visit)
    return _done(
        visit,
        user,
        lambda found: revoke_role(visit.signin, found.id, grant, visit.actor.code, visit.now),
        lambda: "role-taken",
    )


@post("/users/{user:str}/disable", sync_to_thread=True)
def disable(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Keep somebody from signing in."""
    return _done(
        visit,
        user,
        lambda found: disable_user(visit.signin, found.id, visit.actor.code, visit.now),
        lambda: "user-disabled",
    )


@post("/users/{user:str}/enable", sync_to_thread=True)
def enable(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Let somebody sign in again."""
    return _done(
        visit,
        user,
        lambda found: disable_user(visit.signin, found.id, visit.actor.code, visit.now, disabled=False),
        lambda: "user-enabled",
    )


@post("/users/{user:str}/invite", sync_to_thread=True)
def invite_again(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Show once a link by which somebody chooses a new password."""
    found = _cared_for(visit, user)
    if wrong := proven(visit):
        return user_page(visit, found, proof_error=wrong)
    return show_invitation(visit, found)


@post("/users/{user:str}/sessions/end", sync_to_thread=True)
def end_all(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Sign somebody out everywhere."""

    def act(found: StoredUser) -> None:
        with visit.signin.transaction():
            end_sessions(visit.signin, found.id, visit.now)
            note(visit.signin, visit.actor.code, "session.ended", found.id, visit.now)

    return _done(visit, user, act, lambda: "user-sessions-ended")


@post("/users/{user:str}/codes/drop", sync_to_thread=True)
def stop_codes(visit: Asked, user: FromPath[str]) -> Response[Any]:
    """Ask somebody for no one-time codes any more: the phone is lost."""
    return _done(
        visit,
        user,
        lambda found: drop_codes(visit.signin, found.id, visit.actor.code, visit.now),
        lambda: "user-codes-off",
    )


def _done(
    visit: Visit, user_id: str, act: Callable[[StoredUser], None], done: Callable[[], str]
) -> Response[Any]:
    """Do something about a user once the visitor showed who they are; what is refused is said on the user's page."""
    found = _cared_for(visit, user_id)
    if wrong := proven(visit):
        return user_page(visit, found, proof_error=wrong)
    try:
        act(found)
    except NotFoundError:
        raise no_such_page() from None
    except (UsageError, ConflictError) as e:
        return user_page(visit, found, error=said_by(e))
    return visit.go(f"/users/{found.id}", done=done())


def _cared_for(visit: Visit, user_id: str) -> StoredUser:
    found = seen(visit, user_id)
    if not UserRights(visit).cares_for(found):
        raise no_such_page()
    return found


def _grant(visit: Visit) -> Grant:
    grant = grant_of(visit)
    if grant is None:
        raise no_such_page()
    return grant


HANDLERS = [give_role, agree, take_role, disable, enable, invite_again, end_all, stop_codes]
