"""The one place that every text passes before it is written: what tells of a person is refused (promise 11)."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.people.mentions import Mention, Names, mention_in
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.messages import joined, message
from events.said import Said
from events.typed_texts import texts_of
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.people import names_known

_MOST_LISTED = 20
_KINDS = {"mobile": "a mobile number 手机号码", "name": "a name of the people store 人员库中的姓名"}
_REMEDY = message(
    "the log forgets nothing: put people into `xuncha people` and write the role here, like 责任编辑"
)


class PersonalDataError(UsageError):
    """Texts that tell of people; says where and of what kind, and repeats neither number nor name."""


class _Refused(msgspec.Struct, frozen=True):
    text: str
    mention: Mention
    otherwise: str  # where it stands, if the command was not given it as it is


class TextCheck:
    """Looks for people in texts, beside the people store of a home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def refuse_in_facts(self, events: Sequence[Event[Payload]], newcomers: Iterable[str] = ()) -> None:
        """Refuse facts with a number or a name in a text; raises `PersonalDataError` naming every one of them.

        Names of accounts and units may be those of people, ids and addresses may be numbers. What a platform shows to
        everybody is never refused: it lies in the text store, and nobody here can word it otherwise. `newcomers` are
        names that the people store is about to take.
        """
        names: Names | None = None
        refused: list[_Refused] = []
        for event in events:
            for typed in texts_of(event):
                if typed.said is Said.SHOWN:
                    continue
                if names is None and typed.said is not Said.NAME:
                    names = names_known(self._home, newcomers)
                mention = _mention(typed.text, typed.said, names)
                if mention is not None:
                    place = (
                        f"field {typed.field} of {event.type} about {_subject_words(event.subject, names)}"
                    )
                    refused.append(_Refused(typed.text, mention, place))
        self._refuse(refused, names)

    def refuse(self, texts: Mapping[str, str]) -> None:
        """Refuse texts by the field that they fill; raises `PersonalDataError`."""
        names = names_known(self._home) if any(texts.values()) else None
        found = ((name, text, mention_in(text, names)) for name, text in texts.items())
        self._refuse(
            [_Refused(text, mention, field(name)) for name, text, mention in found if mention], names
        )

    def _refuse(self, refused: Sequence[_Refused], names: Names | None) -> None:
        given = self._home.given
        lines: dict[str, None] = {}
        for one in refused:
            places = given.places(one.text, lambda text: mention_in(text, names) is not None)
            for place in places or [", ".join((*map(str, given.files), one.otherwise))]:
                lines[f"{place}: holds {_KINDS[one.mention.kind]} ({one.mention.masked})"] = None
        if not lines:
            return
        listed = list(lines)[:_MOST_LISTED]
        more = (
            [message("{lines_count} more texts like these", lines_count=len(lines) - _MOST_LISTED)]
            if len(lines) > _MOST_LISTED
            else []
        )
        raise PersonalDataError(joined("\n", [*listed, *more, _REMEDY]))


def _mention(text: str, kind: Said, names: Names | None) -> Mention | None:
    match kind:
        case Said.TEXT | Said.TERM:
            return mention_in(text, names)
        case Said.NAME:
            return mention_in(text, None)
        case Said.ID:
            return mention_in(text, names, numbers=False)
    return None


def _subject_words(subject: str, names: Names | None) -> str:
    """Return what a fact is about, without what people named it where that tells of one."""
    return subject if mention_in(subject, names) is None else f"{subject.partition(':')[0]}:…"
