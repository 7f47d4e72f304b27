"""Saved views: a list with its filters under a name, of one person alone."""

from connectors.signin.port import StoredView
from events.fields import field
from events.messages import message
from pipeline.access.store import Store
from pipeline.home.errors import UsageError

SavedView = StoredView

MOST_VIEWS = 50
_LONGEST_NAME, _LONGEST_QUERY, _LONGEST_PATH = 20, 500, 200


def views_of(store: Store, user_id: str, path: str) -> list[StoredView]:
    """Return what somebody keeps of a list, by name."""
    return [view for view in store.views(user_id) if view.path == path]


def save_view(store: Store, view: StoredView) -> None:
    """Keep a view; one of the same name takes the place of the former.

    Raises `UsageError` for a name that is blank or too long, and for more views than anybody finds their way in.
    """
    if not 0 < len(view.name) <= _LONGEST_NAME or not view.name.isprintable():
        raise UsageError(
            message("{name} has 1 to {most} characters", name=field("view_name"), most=_LONGEST_NAME)
        )
    if len(view.query) > _LONGEST_QUERY or len(view.path) > _LONGEST_PATH:
        raise UsageError(message("what narrows the list is too long to be kept"))
    with store.transaction():
        kept = {(one.path, one.name) for one in store.views(view.user_id)}
        if (view.path, view.name) not in kept and len(kept) >= MOST_VIEWS:
            raise UsageError(message("{most} views are kept already; remove one first", most=MOST_VIEWS))
        store.keep_view(view)


def remove_view(store: Store, user_id: str, path: str, name: str) -> None:
    """Forget a view; nothing where there is none."""
    with store.transaction():
        store.drop_view(user_id, path, name)
