"""What an office says beside the figures of a bulletin, as a form: paragraphs, praise, demands, the last day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from events.bulletin import Extras, OutsideRow, Practice
from pipeline.console.visit import Form
from pipeline.home.typed_numbers import typed_number

_SPARE = 1
"""Empty rows below those that are filled in."""

_MOST = 40
"""Rows of praise, or of accounts outside, that a form may hold."""


class Words(Exception):  # noqa: N818 (what a form says wrong, by field)
    """A form that is to be filled in again; `errors` stand beside its fields."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(*errors)
        self.errors = dict(errors)


def as_form(extras: Extras) -> dict[str, Any]:
    """Return what stands in the fields."""
    practices = [
        (p.topic, p.text, "、".join(p.accounts), "" if p.reads is None else p.reads) for p in extras.practices
    ]
    outside = [(o.name, o.platform, o.unit, o.problem, o.veto) for o in extras.outside]
    return {
        "title": extras.title,
        "addressees": extras.addressees,
        "overview": "\n".join(extras.overview),
        "demands": "\n".join(extras.demands),
        "deadline": f"{on.year}年{on.month}月{on.day}日" if (on := extras.report_deadline) else "",
        "report_to": extras.report_to,
        "practices": [*practices, *[("", "", "", "")] * _SPARE],
        "outside": [*outside, *[("", "", "", "", False)] * _SPARE],
    }


def sent_form(form: Form) -> dict[str, Any]:
    """Return what stands in the fields of a form that was refused, as it was sent."""
    sent = {
        name: form.text(name)
        for name in ("title", "addressees", "overview", "demands", "deadline", "report_to")
    }
    return {**sent, "practices": list(_practice_rows(form)), "outside": list(_outside_rows(form))}


def read_form(form: Form) -> Extras:
    """Return what a form says; raises `Words` with what is wrong by field."""
    errors: dict[str, str] = {}
    deadline = _day(form.text("deadline"), errors)
    practices = []
    for topic, text, accounts, reads in _practice_rows(form):
        if not text and (topic or accounts or reads):
            errors["practices"] = "每条做法都要写明内容"
        times_read = typed_number(reads)
        if reads and times_read is None:
            errors["practices"] = f"阅读量只写数字，“{reads[:20]}”不是"
        elif text:
            names = tuple(
                filter(
                    None,
                    (name.strip() for name in accounts.replace(",", "、").replace("，", "、").split("、")),
                )
            )
            practices.append(Practice(text, topic, names, times_read))
    outside = []
    for name, platform, unit, problem, veto in _outside_rows(form):
        if not any((name, platform, unit, problem)):
            continue
        if not all((name, platform, unit, problem)):
            errors["outside"] = "检查范围以外的账号要写明名称、平台、单位、问题"
        outside.append(OutsideRow(name=name, platform=platform, unit=unit, problem=problem, veto=veto))
    if errors:
        raise Words(errors)
    return Extras(
        title=form.text("title"),
        addressees=form.text("addressees"),
        overview=_lines(form.text("overview")),
        practices=tuple(practices),
        outside=tuple(outside),
        demands=_lines(form.text("demands")),
        report_deadline=deadline,
        report_to=form.text("report_to"),
    )


def read_day(text: str) -> date | None:
    """Return a day as people write it, None for what is none."""
    plain = (
        text.strip()
        .replace("年", "-")
        .replace("月", "-")
        .replace("日", "")
        .replace("/", "-")
        .replace(".", "-")
    )
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _day(text: str, errors: dict[str, str]) -> date | None:
    if not text:
        return None
    day = read_day(text)
    if day is None:
        errors["deadline"] = "日期这样写：2027-01-08，或2027年1月8日"
    return day


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.splitlines())))


def _practice_rows(form: Form) -> list[tuple[str, str, str, str]]:
    columns = (form.texts(f"practice_{name}") for name in ("topic", "text", "accounts", "reads"))
    return list(zip(*columns, strict=False))[:_MOST]


def _outside_rows(form: Form) -> list[tuple[str, str, str, str, bool]]:
    columns = (form.texts(f"outside_{name}") for name in ("name", "platform", "unit", "problem", "veto"))
    return [(*row[:4], row[4] == "1") for row in list(zip(*columns, strict=False))[:_MOST]]
