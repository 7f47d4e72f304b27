"""One look by hand, as somebody fills it in on a page; it is taken as a row of the sheet of looks."""

import msgspec

from connectors.sheets.errors import BadValueError
from connectors.sheets.times import read_moment
from events.fields import marked
from events.moments import Moment
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import NoSuchAccountError, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.filled_sheets import filled_sheet
from pipeline.office.looks import import_looks
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.sheet_imports import Imported, ImportSheet

LOOKED_AT, NEWEST, GAP, UPDATES = "检查时间", "最新发布时间", "最长间隔天数", "近28天更新次数"
NONE_SEEN, CLEARED = "无", "已清空"


class OneLook(msgspec.Struct, frozen=True):
    """What somebody saw, as they write it; `newest` may be 无 or 已清空."""

    account: str  # account id
    looked_at: str
    newest: str
    longest_gap: str = ""
    updates: str = ""


class LookedAccount(msgspec.Struct, frozen=True):
    """An account that somebody may look at."""

    account_id: str
    number: str
    name: str
    platform: str
    owner: str
    link: str


def find_looked(workspace: Workspace, text: str, scope: Scope = Scope()) -> LookedAccount:  # noqa: B008 (frozen)
    """Return the account that somebody names by number, name or id; raises `NotFoundError` for one beyond the scope."""
    registry = registry_now(workspace)
    try:
        account_id = registry.find(text)
    except NoSuchAccountError as error:
        raise NotFoundError(marked(error)) from None
    if account_id not in accounts_within(workspace, registry, scope):
        raise NotFoundError(text)
    entry, card = registry.entries[account_id], registry.cards[account_id]
    number = registry.numbers.get(account_id, "")
    return LookedAccount(account_id, number, entry.name, entry.platform, entry.owner, card.link)


def record_look(workspace: Workspace, asked: OneLook, actor: Actor) -> Imported:
    """Take a look by hand; raises `FilledError` for what cannot be, and then takes nothing."""
    row = (asked.account, asked.looked_at, asked.newest, asked.longest_gap, asked.updates)
    with filled_sheet(("账号ID", LOOKED_AT, NEWEST, GAP, UPDATES), [row]) as path:
        return import_looks(workspace, ImportSheet(path), actor)


def as_read(text: str) -> Moment | None:
    """Return a time as the sheet's reader understands it, None for what it refuses."""
    try:
        return read_moment(text)
    except BadValueError:
        return None
