"""The directory as open data: CSV and JSON with fields that are documented, and a licence."""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipeline.office.list_files import write_list_text
from pipeline.office.publicity.directory import Directory, PublicAccount


class OpenField(NamedTuple):
    """A column of the CSV and a field of the JSON."""

    key: str
    title: str
    meaning: str


FIELDS = (
    OpenField("number", "编号", "名录内的编号，一经编定不再改变"),
    OpenField("name", "账号名称", "登记的账号名称"),
    OpenField("platform", "平台", "账号所在平台，以登记为准"),
    OpenField("owner", "主办单位", "对账号负责的单位全称"),
    OpenField("area", "地区", "主办单位所属地区，可以为空"),
    OpenField("link", "链接", "账号主页，可以为空；已停止运维的不提供"),
    OpenField("state", "状态", "正常运维，或已停止运维"),
    OpenField("closed_on", "停止日期", "年-月-日；正常运维的为空"),
)
"""Every field that is given away."""

_OPEN, _STOPPED = "正常运维", "已停止运维"


def as_csv(directory: Directory) -> bytes:
    """Return the directory as CSV; no cell of it is a formula."""
    rows = [[_row(account)[field.key] for field in FIELDS] for account in directory.accounts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "accounts.csv"
        write_list_text(path, [field.title for field in FIELDS], rows)
        return path.read_bytes()


def as_json(directory: Directory, licence: str) -> bytes:
    """Return the directory as JSON, with licence, day and the meaning of each field."""
    answer: dict[str, Any] = {
        "title": "政务新媒体名录",
        "publisher": directory.office,
        "licence": licence,
        "as_of": directory.on.isoformat(),
        **({"example": "示例数据，均为虚构"} if directory.example else {}),
        "fields": {field.key: f"{field.title}：{field.meaning}" for field in FIELDS},
        "accounts": [_row(account) for account in directory.accounts],
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=1) + b"\n"


def _row(account: PublicAccount) -> dict[str, str]:
    return {
        "number": account.number,
        "name": account.name,
        "platform": account.platform,
        "owner": account.owner,
        "area": account.area,
        "link": account.link if account.open else "",
        "state": _OPEN if account.open else _STOPPED,
        "closed_on": account.closed_on.isoformat() if account.closed_on else "",
    }
