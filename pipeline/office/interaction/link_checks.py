"""Links of menus and services, opened by a program: one that fails at two looks an hour apart is a suggestion."""

import asyncio
from contextlib import closing
from datetime import datetime
from typing import Literal

import msgspec

from connectors.patrolstore.site_notes import LinkNote
from connectors.sites.opening import UNTOLD, Opened, open_page
from events import interaction_ids
from events.codec import Event
from events.instants import to_micros
from events.interaction import FunctionBroken
from events.messages import message
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.workspace import Workspace
from pipeline.office.interaction.acts import subject_named
from pipeline.patrol.sites.common import LIMIT_S, SOURCE, reading_of, web_for
from pipeline.patrol.sites.links import SECOND_LOOK_US
from pipeline.patrol.surroundings import Surroundings


class CheckFunction(msgspec.Struct, frozen=True):
    """Open the link of a menu or a service."""

    subject: str  # account or site as people name it
    function: str
    url: str


class FunctionChecked(msgspec.Struct, frozen=True):
    """What came of it: `look_again` after a first failure, `unknown` where a program is kept out."""

    state: Literal["open", "look_again", "broken", "unknown"]
    cause: str
    at: datetime


def check_function(
    workspace: Workspace,
    asked: CheckFunction,
    actor: Actor,
    surroundings: Surroundings = Surroundings(),  # noqa: B008 (frozen)
) -> FunctionChecked:
    """Open a link once; after a second failure an hour later, without an opening between them, it is a suggestion."""
    function = asked.function.strip()
    if not function:
        raise UsageError(message("say which function does not work: the name of the menu or the service"))
    workspace.home.texts.refuse({"name": function})
    subject, now = subject_named(workspace, asked.subject), surroundings.clock()
    opened = asyncio.run(_opened(workspace, asked.url, surroundings))
    if opened.cause in UNTOLD:
        return FunctionChecked("unknown", opened.cause, now)
    with closing(open_patrol_store(workspace.home)) as store:
        if opened.is_open:
            store.keep_links(subject, {}, (asked.url,))
            return FunctionChecked("open", "", now)
        before, at = store.failed_links(subject).get(asked.url), to_micros(now)
        first = before.first_at if before else at
        store.keep_links(subject, {asked.url: LinkNote(first, at, opened.cause)}, ())
    if at - first < SECOND_LOOK_US:
        return FunctionChecked("look_again", opened.cause, now)
    event_id = interaction_ids.function_broken(SOURCE, subject, function, now)
    data = FunctionBroken(function, asked.url, "sweep")
    workspace.log.append([Event(event_id, SOURCE, subject, now, data, actor.origin())])
    return FunctionChecked("broken", opened.cause, now)


async def _opened(workspace: Workspace, url: str, surroundings: Surroundings) -> Opened:
    async with web_for(reading_of(workspace), surroundings, robots=False, total_s=LIMIT_S) as web:
        return await open_page(web, url, LIMIT_S)
