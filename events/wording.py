"""Reading review (阅评): a wording that the office's lexicon takes for wrong, as a suggestion for a person.

No word of the lexicon stands here: an entry is named by its opaque id and a keyed hash, and what was read lies in the
text store, which forgets it after ninety days.
"""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.finding import Severity

Kind = Literal["leader", "region", "organ", "typo", "banned", "other"]
"""领导人姓名职务, 国家地区称谓, 机构名称, 错别字, 禁用语, 其他."""

Where = Literal["title", "body", "image", "speech"]
"""What was read: title and text as they stand, text in a picture, and what is said in a recording."""


class WordingSuspected(Payload, frozen=True):
    """At `time` a text of the account was read that an entry of the lexicon fits; told once a post, place and entry."""

    type: ClassVar[str] = "wording.suspected"

    entry: str  # opaque id of the entry
    commitment: str  # keyed hash of the entry as it was then
    kind: Kind
    severity: Severity  # suggested
    near: bool  # it comes near the entry; False: it stands there as the entry has it
    where: Where
    post: str  # keyed hash of what names the post: its link, its key, or file and row
    context: str  # keyed hash of the characters around
    snippet: str = ""  # what stands there, with at most forty characters around; in the text store
    link: str = ""  # of the post, where it has one; in the text store


class WordingSettled(Payload, frozen=True):
    """A person judged the suggestion at `time`; a confirmed one names the finding that follows from it."""

    type: ClassVar[str] = "wording.settled"

    suspicion: UUID
    outcome: Literal["confirmed", "dismissed"]
    by: str  # a person id or the code of a role: the finder of the finding
    everywhere: bool = False  # of a dismissed one: always right in this context
    rule: str = ""  # of the finding
    severity: Severity | None = None
    finding: UUID | None = None
    reason: str = ""
