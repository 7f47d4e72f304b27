"""无法识别: what could not be read, in the words of its source; read again once it is mended, or erased."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.senders import source_title
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import Kind, kind_of
from pipeline.office.columns import minute, text, word
from pipeline.upkeep.letters import erase_letters, list_letters, replay
from pipeline.upkeep.letters_shown import letter_view, letters_shown

_STATES = {"waiting": "待处理", "replayed": "已重新读取", "erased": "已删除"}
_TAGS = {"waiting": "warn", "replayed": "ok", "erased": "plain"}
_LETTERS = ListPage(
    title="无法识别",
    path="/in/letters",
    columns=(
        PageColumn(text("why", "原因"), href=lambda row: row["url"], phone="pa"),
        PageColumn(
            word("state", "状态", _STATES),
            tag=lambda row: _TAGS[row["state"]],
            phone="pb",
        ),
        PageColumn(text("account", "账号"), phone="pc"),
        PageColumn(minute("noted_at", "记录时间"), phone="pd"),
        PageColumn(text("source", "来源"), phone="hide"),
        PageColumn(text("place", "位置"), phone="hide"),
        PageColumn(text("next_step", "怎么办"), phone="hide", sorts=False),
    ),
    filters=(Filter("state", "状态", tuple(_STATES.items())),),
    search=("why", "account", "source"),
    search_hint="原因、账号、来源",
    none_title="没有无法识别的内容",
    none_next="来源给出的内容都已读懂；有读不懂的会列在这里。",
)


def own_source(visit: Visit) -> str | None:
    """Return the source whose letters alone somebody sees, None for all."""
    return visit.grant.scope if visit.grant is not None and visit.reach is Reach.OWN else None


def _rows(visit: Visit) -> list[Row]:
    letters = list_letters(visit.home)
    with visit.workspace() as workspace:
        views = letters_shown(workspace, letters, own_source(visit))
    return [
        {
            "why": view.why,
            "url": f"/in/letters/{view.id}",
            "state": view.state,
            "account": view.account,
            "noted_at": view.noted_at,
            "source": source_title(view.source),
            "place": view.place,
            "next_step": view.next_step,
            "id": view.id,
            "can_replay": view.can_replay,
        }
        for view in views
    ]


@get("/in/letters", sync_to_thread=True)
def list_unread(visit: Asked) -> Response[Any]:
    """List what could not be read."""
    rows = _rows(visit)
    return visit.page(
        "letters/list.html",
        listing=_LETTERS.shown(visit, rows),
        replayable=sum(row["can_replay"] for row in rows),
        may_act=_may_act(visit),
    )


@get("/in/letters.xlsx", sync_to_thread=True)
def export_unread_workbook(visit: Asked) -> Response[bytes]:
    """Give the list as a workbook."""
    return _LETTERS.export(visit, _rows(visit), "xlsx")


@get("/in/letters.csv", sync_to_thread=True)
def export_unread_text(visit: Asked) -> Response[bytes]:
    """Give the list as text."""
    return _LETTERS.export(visit, _rows(visit), "csv")


@get("/in/letters/{letter:int}", sync_to_thread=True)
def show_unread(visit: Asked, letter: FromPath[int]) -> Response[Any]:
    """Show one, with what stood there."""
    return _one(visit, letter)


def _one(visit: Visit, letter: int, *, error: str = "", status: int = 200) -> Response[Any]:
    with visit.workspace() as workspace:
        view, content = letter_view(workspace, list_letters(visit.home), letter, own_source(visit))
    return visit.page(
        "letters/one.html",
        status=status,
        letter=view,
        source=source_title(view.source) if view.source else "",
        state_word=_STATES[view.state],
        said=content,
        error=error,
        may_act=_may_act(visit),
        may_erase=visit.reach is Reach.ALL and _may_act(visit),
    )


def _may_act(visit: Visit) -> bool:
    return visit.grant is not None and visit.grant.role in (Role.CLERK, Role.ADMIN, Role.FIRM)


@post("/in/letters/replay", sync_to_thread=True)
def replay_all(visit: Asked) -> Response[Any]:
    """Read again whatever can be read again."""
    ids = [row["id"] for row in _rows(visit) if row["can_replay"]]
    gone = 0
    for one in ids:
        try:
            replay(visit.home, [one])
        except Exception as error:
            if kind_of(error) is not Kind.INVALID:
                raise
            gone += 1  # its file is not there: it stays, and its page says so
    return visit.go("/in/letters", done="letters-replayed" if not gone else "letters-partly-replayed")


@post("/in/letters/{letter:int}/replay", sync_to_thread=True)
def replay_one(visit: Asked, letter: FromPath[int]) -> Response[Any]:
    """Read one again."""
    with visit.workspace() as workspace:
        letter_view(workspace, list_letters(visit.home), letter, own_source(visit))
    with refusing(but=Kind.NOT_FOUND) as refusal:
        done = replay(visit.home, [letter])
    if refusal:  # what it says names a folder of the server, which is nobody's business
        return _one(
            visit, letter, error="还没有找到更正后的文件。放好文件后再重新读取。", status=refusal.status
        )
    if done.still_bad:
        return _one(visit, letter, error="仍然无法识别。请先更正来源，再重新读取。", status=422)
    return visit.go("/in/letters", done="letters-replayed")


@post("/in/letters/{letter:int}/erase", sync_to_thread=True)
def erase_one(visit: Asked, letter: FromPath[int]) -> Response[Any]:
    """Erase what stood there for good; that something stood there stays."""
    if not _may_act(visit):
        raise no_such_page()
    done = erase_letters(visit.home, [letter])
    return visit.go(
        "/in/letters", done="letter-erased" if done.wiped and not done.kept else "letter-partly-erased"
    )


HANDLERS = [
    list_unread,
    export_unread_workbook,
    export_unread_text,
    show_unread,
    replay_all,
    replay_one,
    erase_one,
]
