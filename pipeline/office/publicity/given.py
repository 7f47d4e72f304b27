"""What somebody of the public writes: bounded, without signs that nobody sees, with a word beside each wrong field."""

from collections.abc import Mapping

import msgspec

from connectors.people.public_reports import ReportGiven
from events.printable import printable
from pipeline.office.publicity.links import web_link

MATTERS = {
    "fake": "疑似假冒",
    "content": "内容有误",
    "silent": "长期不更新",
    "directory": "名录信息有误",
    "service": "服务评价",
    "other": "其他",
}
"""What a report may be about, by code."""

RATINGS = {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
"""The five grades of 好差评."""

SERVICE = "service"
_MOST = {"called": 100, "text": 1000, "link": 500, "contact": 100}


class WrittenReport(msgspec.Struct, frozen=True):
    """A form of the public as it came."""

    called: str = ""
    matter: str = ""
    rating: str = ""
    text: str = ""
    link: str = ""
    contact: str = ""


def read_report(written: WrittenReport, via: str = "web") -> tuple[ReportGiven | None, dict[str, str]]:
    """Return the report, or what is wrong with each field, in Chinese."""
    texts = {name: _plain(getattr(written, name)) for name in _MOST}
    wrong = {name: f"最多 {most} 字" for name, most in _MOST.items() if len(texts[name]) > most}
    if written.matter not in MATTERS:
        wrong["matter"] = "请选择一项"
    if written.rating and written.rating not in RATINGS:
        wrong["rating"] = "请选择一项"
    if written.matter == SERVICE and not written.rating:
        wrong["rating"] = "请选择一项评价"
    if written.matter != SERVICE and not texts["text"]:
        wrong.setdefault("text", "请写明情况")
    if not texts["called"] and written.matter != "other":
        wrong.setdefault("called", "请写明账号")
    if texts["link"] and not web_link(texts["link"]):
        wrong.setdefault("link", "请填写以 http:// 或 https:// 开头的网址")
    if wrong:
        return None, wrong
    rating = int(written.rating or 0) if written.matter == SERVICE else 0
    return ReportGiven(matter=written.matter, rating=rating, via=via, **texts), {}


def matter_meant(row: Mapping[str, str]) -> str:
    """Return the code of what a file calls the matter; empty where it says another word."""
    word = row.get("matter", "").strip()
    return next((code for code, title in MATTERS.items() if word in (code, title)), "")


def _plain(text: str) -> str:
    return printable(text.replace("\r\n", "\n")).strip()
