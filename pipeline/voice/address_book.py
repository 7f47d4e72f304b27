"""Where people are reached, out of the people store: one line of its access log a message."""

from contextlib import closing
from typing import TYPE_CHECKING

from connectors.people.mobile import mobile_in
from pipeline.home.folder import Home
from pipeline.home.people import called, open_people

if TYPE_CHECKING:
    from connectors.notify.channel import Handle

WHY = "alert delivery 发送提醒"


class StoreAddressBook:
    """The handles of a people store; opened for each reading, for every channel reads in a thread of its own."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def address(self, person_id: str, handle: "Handle") -> str | None:
        """Return the handle of a person, None where the store has none; the reading is logged."""
        with closing(open_people(self._home)) as store:
            person = store.find(person_id, called(WHY, "notifier"))
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
