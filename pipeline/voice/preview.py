"""Who would be told what on a day, and why: the routing of a home run ahead, with nothing sent and nobody read."""

from datetime import datetime

import msgspec

from connectors.people.roles import role_title
from events.days import chinese_day
from pipeline.home.folder import Home
from pipeline.home.read_model import open_read_model
from pipeline.home.rulesets import ladder_of
from pipeline.voice.channels import build_channels
from pipeline.voice.desks import manner_of
from pipeline.voice.directory import read_directory
from projections.rules.calendar import Days
from projections.voice.forecast import due_on
from projections.voice.hours import due_at
from projections.voice.routing import route


class Previewed(msgspec.Struct, frozen=True):
    """One account that one person would be told about; what goes to one person about one unit at one time is merged."""

    at: datetime  # when it would go out
    account_id: str
    name: str
    owner: str
    level: str
    step: str  # early, last, limit
    unit: str  # as whose the person is told
    reason: str  # why; nobody: no one can be told, the city office is
    role: str  # title
    person_id: str
    channel: str
    link: bool = False  # the message leads to a page of the console


def preview(home: Home, at: datetime) -> list[Previewed]:
    """Return who would be told what on the Chinese day of `at` if nothing is posted until then.

    Raises `UsageError` for settings of channels that cannot be used.
    """
    ladder, days = ladder_of(home), Days()
    manner = manner_of(home.settings, build_channels(home))
    directory = read_directory(home, chinese_day(at))
    roles = {contact.id: contact.role for contact in directory.contacts}
    with open_read_model(home) as model:
        matters = due_on(model.lines(), ladder, at)
    has_links = bool(home.settings.console.url)
    rows = []
    for matter in matters:
        goes_at = due_at(matter, manner.hours, days)
        rest = not days.is_workday(chinese_day(goes_at))
        routing = route(matter, directory, manner.lines, rest=rest)
        about = (goes_at, matter.account_id, matter.name, matter.owner, matter.level, matter.step)
        rows += [
            Previewed(
                *about,
                r.unit,
                r.reason,
                role_title(roles.get(r.to, "")),
                r.to,
                r.channel,
                link=has_links and r.unit == matter.owner,
            )
            for r in routing.routes
        ]
        rows += [
            Previewed(*about, matter.owner, reason, role_title(roles.get(person, "")), person, "")
            for person, reason in routing.unreachable
        ]
        if not routing.routes:
            rows.append(Previewed(*about, "", "nobody", "", "", ""))
    return sorted(rows, key=lambda row: (row.at, row.unit, row.person_id, row.account_id))
