"""The workspace of a thread that takes batches: opened once a minute, and not for each of them."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pipeline.home.folder import Home
from pipeline.home.workspace import Workspace, open_workspace

_KEPT_S = 60.0


class _Kept(threading.local):
    def __init__(self) -> None:
        self.workspace: Workspace | None = None
        self.opened = ExitStack()
        self.until = 0.0

    def let_go(self) -> None:
        self.workspace = None
        self.opened.pop_all().close()


_kept = _Kept()


@contextmanager
def kept_workspace(home: Home) -> Iterator[Workspace]:
    """Open a workspace, or take up the one of this thread; where anything goes wrong the next one is a new one.

    Where this process has the history to itself it is not kept: others could not open the home.
    """
    workspace = _kept.workspace
    if workspace is None or time.monotonic() > _kept.until or workspace.home.path != home.path:
        _kept.let_go()
        workspace = _kept.opened.enter_context(open_workspace(home))
        _kept.until = time.monotonic() + _KEPT_S
    try:
        if workspace is _kept.workspace:
            workspace.catch_up()
        yield workspace
        workspace.close_behind()
    except BaseException:
        _kept.let_go()
        raise
    if workspace.owns_history:
        _kept.let_go()
    else:
        _kept.workspace = workspace
