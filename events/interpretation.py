"""Policy interpretation (政策解读): documents of units, and the forms that explain them; one subject a 文号."""

from datetime import date
from typing import ClassVar, Literal

from events.base import Payload
from events.claim import folded

InterpretationForm = Literal["questions", "interview", "graphic", "audio", "h5"]
"""问答, 访谈, 图解, 音频, H5 (湘潭 2022Q3, annex 2)."""


def document_subject(number: str) -> str:
    """Return the subject of a document, however its number 文号 is written."""
    return f"document:{folded(number)}"


class DocumentPublished(Payload, frozen=True):
    """A unit published a document at `time`."""

    type: ClassVar[str] = "document.published"

    number: str  # 文号
    title: str
    unit: str  # that drafted it 牵头起草部门
    published_on: date
    normative: bool = True  # 规范性文件; False: it need not be interpreted


class InterpretationPublished(Payload, frozen=True):
    """A document was interpreted in one form at `time`; the subject is the document."""

    type: ClassVar[str] = "interpretation.published"

    form: InterpretationForm
    published_on: date
    url: str = ""
