"""Posts of an account, as observed on a platform."""

from typing import ClassVar
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime


class PostPublished(Payload, frozen=True):
    """A post was published at `time`; an edit of it is not another post."""

    type: ClassVar[str] = "post.published"
    version: ClassVar[int] = 3  # 3: `title`, `link`, `again`, `late`

    observed_at: UtcDatetime | None = None  # the look that saw it; None where rows were handed in
    date_only: bool = False  # the source named a day; `time` is its end, in version 1 its last second
    stated_at: UtcDatetime | None = None  # what the source stated, where that lies after the look and was cut
    modified: bool = False  # the source gives times of modification alone; as first seen
    title: str = ""  # in the text store, where titles are kept
    link: str = ""  # in the text store, too
    again: UUID | None = None  # an earlier post of the account with the same title and text
    late: bool = False  # a look after its publication, the lag taken off, had not shown it


class PostDeleted(Payload, frozen=True):
    """A post was deleted in the world at `time`; it counts for check points before that."""

    type: ClassVar[str] = "post.deleted"
    version: ClassVar[int] = 2  # 2: `told`

    post_id: UUID
    observed_at: UtcDatetime | None = None
    told: bool = (
        False  # the platform says so (status 1000); else newer and older posts stand there without it
    )


class PostEdited(Payload, frozen=True):
    """A look at `time` showed a known post with another title, text or link; an edit is not another post."""

    type: ClassVar[str] = "post.edited"

    post_id: UUID
    title: str = ""  # as it is shown now, where titles are kept
    link: str = ""


class PostPinned(Payload, frozen=True):
    """A look at `time` showed a post before a newer one in its list, or, with `ended`, no longer so."""

    type: ClassVar[str] = "post.pinned"

    post_id: UUID
    ended: bool = False


class PostWithdrawn(Payload, frozen=True):
    """An observation was wrong: the post is void from the start, for whoever knows this."""

    type: ClassVar[str] = "post.withdrawn"

    corrects: UUID
    reason: str
