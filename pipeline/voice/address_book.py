"""Where people are reached, out of the people store: one line of its access log a message."""

from contextlib import closing
from typing import TYPE_CHECKING

from connectors.people.mobile import mobile_in
from connectors.people.person import PeopleError
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.people import called, open_people

if TYPE_CHECKING:
    from connectors.notify.channel import Handle

_UNREADABLE = "the people store cannot be read"
WHY = "alert delivery 发送提醒"


class StoreAddressBook:
    """The handles of a people store; opened for each reading, for every channel reads in a thread of its own."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def address(self, person_id: str, handle: "Handle") -> str | None:
        """Return the handle of a person, None where the store has none; the reading is logged.

        Raises `DeliveryError`, to be tried again, where the store cannot be read.
        """
        from connectors.notify.channel import DeliveryError  # noqa: PLC0415 (for whom nothing is sent it is slow)

        try:
            with closing(open_people(self._home)) as store:
                person = store.find(person_id, called(WHY, "notifier"))
        except (PeopleError, UsageError):
            raise DeliveryError(_UNREADABLE, permanent=False, unknown=False) from None
        if person is None:
            return None
        if handle == "mobile":
            return mobile_in(person.phone)
        return {
            "wecom": person.wecom,
            "dingtalk": person.dingtalk,
            "feishu": person.feishu,
            "mail": person.mail,
        }[handle] or None
