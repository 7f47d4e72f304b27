"""The phone list of a unit, read when an emergency is sent; it stands in no event and no log."""

from collections.abc import Callable
from contextlib import closing

import structlog
from msgspec.structs import replace

from connectors.notify.channel import DeliveryError
from connectors.notify.emergency_texts import with_phone_list
from connectors.notify.message import Message
from connectors.people.person import PeopleError
from connectors.people.roles import Role, role_title
from events.folding import fold_owner
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.people import FILE_NAME, called, open_people

_STEPS = ("confirmed", "still_there")
"""After which somebody has to act."""

_ON_RECORD = ("file",)
"""Channels that keep what they are given: phones would lie there when they are erased."""

_ORDER: dict[str, int] = {
    role: n for n, role in enumerate((Role.MAIN_LEADER, Role.LEADER_IN_CHARGE, Role.SECTION))
}
_MOST = 12

_log = structlog.get_logger(__name__)


def phone_lists(home: Home, channel: str) -> Callable[[Message], Message]:
    """Return what puts the phone list of its unit into each emergency that asks somebody to act."""

    def complete(message: Message) -> Message:
        if message.kind != "emergency" or message.level not in _STEPS or channel in _ON_RECORD:
            return message
        try:
            entries = _phones(home, message.owner)
        except (PeopleError, UsageError) as e:
            if message.replay:
                return message
            _log.error("no phone list", reason=type(e).__name__, message=str(message.id))
            raise DeliveryError("the people store cannot be read", permanent=False, unknown=False) from None
        return replace(message, text=with_phone_list(message.text, entries))

    return complete


def _phones(home: Home, owner: str) -> list[tuple[str, str, str]]:
    """Return role, name and phone of the people of a unit, leaders first; each reading is logged."""
    if home.settings.people is None and not (home.path / FILE_NAME).exists():
        return []
    wanted = fold_owner(owner)
    with closing(open_people(home)) as store:
        units = dict.fromkeys(unit for unit, _, _ in store.ids() if owner and fold_owner(unit) == wanted)
        found = [
            person
            for unit in units
            for person in store.list_unit(unit, called("emergency 应急处置", "notifier"))
            if person.phone
        ]
    found.sort(key=lambda person: (_ORDER.get(person.role, len(_ORDER)), person.role))
    return [(role_title(p.role), p.name, p.phone) for p in found[:_MOST]]
