"""One line of the sheet that the national system of government new media takes and gives back."""

import msgspec

RUNNING, STOPPED = "正常", "已关停"
"""States of an account in the national system."""


class NationalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the national system lists it; the columns are our reading of what it asks for."""

    given_id: str = ""
    name: str
    platform: str
    owner: str = ""
    supervisor: str = ""
    tier: str = ""
    area: str = ""
    link: str = ""
    opened_on: str = ""  # 2021-06-16
    state: str = ""  # RUNNING or STOPPED
