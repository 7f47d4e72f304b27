"""Posts of an account, as observed on a platform."""

from typing import ClassVar
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime


class PostPublished(Payload, frozen=True):
    """A post was published at `time`; an edit of it is not another post."""

    type: ClassVar[str] = "post.published"
    version: ClassVar[int] = 2

    observed_at: UtcDatetime | None = None  # the look that saw it; None where rows were handed in
    date_only: bool = False  # the source named a day; `time` is its end, in version 1 its last second
    stated_at: UtcDatetime | None = None  # what the source stated, where that lies after the look and was cut
    modified: bool = False  # the source gives times of modification alone; as first seen


class PostDeleted(Payload, frozen=True):
    """A post was deleted in the world at `time`; it counts for check points before that."""

    type: ClassVar[str] = "post.deleted"

    post_id: UUID
    observed_at: UtcDatetime | None = None


class PostWithdrawn(Payload, frozen=True):
    """An observation was wrong: the post is void from the start, for whoever knows this."""

    type: ClassVar[str] = "post.withdrawn"

    corrects: UUID
    reason: str
