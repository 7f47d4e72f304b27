"""Interaction tests (互动测试) of accounts and sites, functions that fail, and the public notices that announce it.

A question is told by its kind alone and an answer by how good it was: no text of either stands in the log. The subject
is the account, or the site.
"""

from typing import ClassVar, Literal
from uuid import UUID

from events.base import Payload
from events.instants import UtcDatetime

Channel = Literal["message", "comment", "menu", "mailbox", "site_message", "online", "hotline"]
"""Where a question is put: 私信, 评论留言, 菜单, 信箱, 网站留言, 在线咨询, 电话."""

QuestionKind = Literal["consult", "service", "complaint", "suggestion", "correction"]
"""What a question is about: 咨询, 办事, 投诉, 建议, 纠错."""

Quality = Literal["good", "poor", "wrong"]
"""How good an answer was: to the point, beside it or a mere form, wrong."""


class InteractionPlanned(Payload, frozen=True):
    """A question is to be put by `ask_by`; its id is that of the plan."""

    type: ClassVar[str] = "interaction.planned"

    channel: Channel
    question_kind: QuestionKind
    ask_by: UtcDatetime


class InteractionAsked(Payload, frozen=True):
    """A question was put at `time`; its id is that of the test."""

    type: ClassVar[str] = "interaction.asked"

    channel: Channel
    question_kind: QuestionKind
    planned: UUID | None = None  # None: nobody planned it
    reference: str = ""  # number that the channel gave


class InteractionAnswered(Payload, frozen=True):
    """An answer came at `time`; of several the first says how long it took, and the best how good it was."""

    type: ClassVar[str] = "interaction.answered"

    asked: UUID
    quality: Quality


class InteractionJudged(Payload, frozen=True):
    """A person looked at a suggestion: a test without a good answer, or a function that failed."""

    type: ClassVar[str] = "interaction.judged"

    about: UUID  # the question, or the failure
    outcome: Literal["confirmed", "dismissed"]
    finding: UUID | None = None  # that followed; None: none did
    reason: str = ""


class FunctionBroken(Payload, frozen=True):
    """A menu or a link of a service did not work at `time`: a suggestion, and never a finding."""

    type: ClassVar[str] = "function.broken"

    function: str  # name of the menu or service
    url: str = ""
    seen_by: Literal["person", "sweep"] = "person"
    note: str = ""


class FunctionNoticed(Payload, frozen=True, kw_only=True):
    """A public notice (公告) of `time` says that a function fails from `starts_at` on; it exempts what it announces."""

    type: ClassVar[str] = "function.noticed"

    function: str = ""  # empty: all functions of the account
    starts_at: UtcDatetime
    until: UtcDatetime | None = None  # None: until further notice
    link: str = ""
