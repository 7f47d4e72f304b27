"""Settings of what strangers reach: the pages for the public, and the door for BI tools."""

from typing import Annotated

import msgspec

_ADDRESS = r"^https?://[^\s/?#]+(/[^\s?#]*)?$"


class Public(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pages for the public, and the static site."""

    title: str = "政务新媒体名录"
    url: Annotated[str, msgspec.Meta(pattern=_ADDRESS)] | None = (
        None  # where everybody reaches the console, for QR codes; None: no codes
    )
    publisher: str = ""  # 主办; blank: what the office calls itself
    contact: str = ""  # how to reach the office: 电话、地址, no names
    mail: str = ""  # where the static site has reports sent
    site_code: str = ""  # 网站标识码
    icp: str = ""  # ICP备…号
    police: str = ""  # 公安备案
    reports: bool = True  # 纠错和好差评 are taken
    report_url: str = ""  # a form of the city's portal, which the static site leads to
    reply_days: Annotated[int, msgspec.Meta(ge=0, le=60)] = 0  # working days promised for an answer; 0: none
    reports_an_hour: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5  # from one address
    reports_a_day: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 500  # from all together
    texts: dict[str, str] = {}  # by the names of infra/publicity/texts.toml


class Bi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A door for BI tools to the history of a home: off unless there is a token."""

    token: Annotated[str, msgspec.Meta(pattern=r"^$|^(env|file):.+$")] = (
        ""  # env:NAME or file:PATH; blank: the door is shut
    )
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8124
    queries_at_once: Annotated[int, msgspec.Meta(ge=1, le=8)] = 2
    queries_an_hour: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 2000
    seconds_an_hour: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 900  # of all questions together
