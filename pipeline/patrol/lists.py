"""Lists of a source: what the settings say of it, and the times of posts that it showed before they were kept."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from connectors.history.observations import times_of_posts
from pipeline.home.reading_review import reader_of
from pipeline.home.settings import SourceSettings
from pipeline.home.workspace import Workspace
from pipeline.patrol.look import Source
from pipeline.patrol.showing import FindPosts


def known_source(workspace: Workspace, name: str, lag: timedelta) -> Source:
    """Return a source with the length of its lists, where the settings of the home declare one."""
    declared = workspace.home.settings.sources.get(name, SourceSettings())
    return Source(
        name,
        lag,
        list_length=declared.list_length,
        keeps_posts=declared.keep_posts,
        reader=reader_of(workspace.home),
    )


def post_finder(workspace: Workspace) -> FindPosts:
    """Return what finds the times of posts in the history, as it stands now."""

    def find(account_id: str, posts: list[UUID]) -> Mapping[UUID, tuple[int, bool]]:
        return times_of_posts(workspace.client, account_id, posts)

    return find
