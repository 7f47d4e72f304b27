"""A plan as people read it in a terminal: pages, rows not simply taken, changes, questions, what would be written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from events.instants import SHANGHAI
from pipeline.cli.output import print_rows, say
from pipeline.office.intake.plan import Address, Plan, PlannedRow, Question, cell_on_paper, line_on_paper
from pipeline.office.intake.reasons import in_words, stated_by_page
from pipeline.office.intake.shown import plan_contents
from pipeline.office.intake.wording import CHANGES, FATES, FIELDS, KINDS, answer_in_words, refusal_in_words

_MOST_LISTED = 20
"""Questions, and rows of a table that would be longer."""
_MOST_ALIKE = 5
"""Rows of a page that are shown one by one where all have the same reason."""


def say_plan(plan: Plan, rules: Mapping[str, str], *, asks_next: bool = False) -> None:
    """Print a plan in the order in which somebody reads it; names of people are not shown.

    `rules` has the names of rules by code.
    `asks_next`: the questions and the yes are asked right after it, and are not said here, too.
    """
    say(f"收件预览 {plan.id}（收到 {plan.received.isoformat()}）")
    if plan.taken_before:
        say(f"注意：同样的文件此前已收过：收{'、收'.join(plan.taken_before)}")
    if plan.replaces:
        say(f"替换收件 收{plan.replaces}：记载相同而保留的事实 {len(plan.kept)} 条，撤回 {len(plan.gone)} 条")
    _say_pages(plan)
    if all(file.refused is not None for file in plan.files):
        say("没有可以收的文件：请按上面的原因改好后再报送")
        return
    _say_rows(plan)
    _say_cells_aside(plan)
    _say_missing(plan)
    _say_changes(plan)
    _say_hints(plan)
    if not asks_next:
        _say_questions(plan, rules)
    totals = plan_contents(plan)["totals"]
    say(
        f"将写入：新账号 {totals['new']}，变更账号 {totals['changed']}，巡查 {totals['looks']}，"
        f"问题 {totals['findings']}，整改答复 {totals['answers']}，人员 {totals['people']}；"
        f"共新事实 {totals['new_facts']} 条"
    )
    if asks_next:
        return
    open_ones = plan.open_questions()
    if not open_ones and not plan.people and not plan.gone and not totals["new_facts"]:
        say("没有新内容可以写入，不需收件")
        return
    has_default = any(question.default is not None for question in open_ones)
    answering = "；答复加 --answer 问题=序号，没有答复的行不收" if open_ones else ""
    defaults = "（取全部默认答复加 --accept-defaults）" if has_default else ""
    say(f"收件：xuncha intake confirm {plan.id}{defaults}{answering}")


def minute(at: datetime) -> str:
    """Return a moment to the minute, in Chinese time."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def day(at: datetime) -> str:
    """Return the day of a moment in China."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def _say_pages(plan: Plan) -> None:
    rows: list[dict[str, Any]] = []
    for file in plan.files:
        if file.refused is not None:
            rows.append({"file": file.name, "kind": "不收", "why": in_words(file.refused, FIELDS)})
        for page in file.pages:
            context = page.context
            stated = stated_by_page(context)
            total = page.totals[-1] if page.totals else None
            rows.append(
                {
                    "file": file.name if len(plan.files) > 1 else None,
                    "page": page.title,
                    "kind": KINDS.get(page.kind, page.kind) if page.read else "未读",
                    "rows": page.count("data") if page.read else None,
                    "total": None if total is None else "相符" if total.agrees else f"不符：写{total.stated}",
                    "aside": "、".join(c.header for c in page.columns if c.use == "kept_aside"),
                    "why": in_words(page.why, FIELDS) if page.why else "；".join(stated),
                }
            )
    columns = {
        **({"file": "文件"} if len(plan.files) > 1 else {}),
        "page": "工作表",
        "kind": "类型",
        "rows": "数据行",
        "total": "合计",
        "aside": "不入库的列",
        "why": "时间、地区或原因",
    }
    print_rows(rows, as_json=False, columns=columns)


def _say_rows(plan: Plan) -> None:
    """Show the rows that are not simply taken; more than a few of a page for one reason are one line."""
    alike: dict[tuple[int, str, str, str], list[PlannedRow]] = defaultdict(list)
    for row in plan.rows:
        if row.fate != "taken":
            alike[row.at.file, row.at.page, row.fate, row.why.code if row.why else ""].append(row)
    asked = {question.id: question for question in plan.open_questions()}
    lines = (
        rows
        for group in alike.values()
        for rows in ([group] if len(group) > _MOST_ALIKE else [[row] for row in group])
    )
    listed = [
        {
            "place": _place(plan, rows[0].at, [row.at.row for row in rows]),
            "account": _called(rows[0]) if len(rows) == 1 else f"{len(rows)} 行",
            "fate": FATES[rows[0].fate],
            "why": _shared(rows, asked),
        }
        for rows in lines
    ]
    columns = {"place": "位置", "account": "账号", "fate": "结果", "why": "原因"}
    _say_table(listed, columns, "没有直接收下的行")


def _shared(rows: list[PlannedRow], asked: Mapping[str, Question]) -> str:
    """Return the reason of rows with one code, else the first question that each waits for (`asked`, by id).

    Where they differ in what they speak of, that of the first. Of one row that is refused for cells, what each of them
    holds and what it should.
    """
    if len(rows) == 1 and rows[0].fate == "refused" and rows[0].record.refusals:
        return "；".join(refusal_in_words(rows[0].at, doubt) for doubt in rows[0].record.refusals)
    whys = (row.why or next((asked[need].why for need in row.needs if need in asked), None) for row in rows)
    texts = list(dict.fromkeys(in_words(why, FIELDS) for why in whys if why))
    return f"{texts[0]} 等" if len(texts) > 1 else "".join(texts)


def _say_cells_aside(plan: Plan) -> None:
    rows = [
        {
            "place": f"{_place(plan, row.at, ())}!{cell_on_paper(row.at, c.column)}",
            "field": FIELDS.get(c.field, c.column),
            "cell": c.cell,
            "why": in_words(c.why, FIELDS),
        }
        for row in plan.rows
        for c in row.record.set_aside
    ]
    _say_table(rows, {"place": "位置", "field": "项目", "cell": "内容", "why": "原因"}, "没有读出的单元格")


def _say_missing(plan: Plan) -> None:
    rows = [
        {"account": str(m.account), "why": in_words(m.why, FIELDS) if m.why else None} for m in plan.missing
    ]
    _say_table(rows, {"account": "账号", "why": "说明"}, f"表中没有的账号 {len(rows)} 个")


def _say_table(rows: list[dict[str, Any]], columns: dict[str, str], title: str) -> None:
    if not rows:
        return
    print_rows(rows[:_MOST_LISTED], as_json=False, columns=columns, title=title)
    if len(rows) > _MOST_LISTED:
        say(f"……其余 {len(rows) - _MOST_LISTED} 行见 --json")


def _say_changes(plan: Plan) -> None:
    rows = [
        {
            "account": str(c.account),
            "field": FIELDS.get(c.field, c.field),
            "before": c.before or None,
            "after": c.after,
            "kind": CHANGES[c.kind],
        }
        for c in plan.changes
    ]
    columns = {"account": "账号", "field": "项目", "before": "原为", "after": "现为", "kind": "性质"}
    _say_table(rows, columns, "与台账不同之处")


def _say_hints(plan: Plan) -> None:
    """Show what is told and not asked; what holds for several rows of a page is one line."""
    places: dict[tuple[int, str, str], list[Address]] = defaultdict(list)
    for number, file in enumerate(plan.files):
        for page in file.pages:
            for hint in page.hints:
                places[number, page.title, in_words(hint, FIELDS)].append(Address(number, page.title))
    noted = [(row.at, note) for row in plan.rows for note in row.notes]
    for at, hint in (*plan.hints, *noted):
        places[at.file, at.page, in_words(hint, FIELDS)].append(at)
    rows = [
        {"place": _place(plan, several[0], list(dict.fromkeys(at.row for at in several))), "why": text}
        for (_, _, text), several in places.items()
    ]
    _say_table(rows, {"place": "位置", "why": "说明"}, "供核对，不需答复")


def _say_questions(plan: Plan, rules: Mapping[str, str]) -> None:
    open_ones = plan.open_questions()
    if not open_ones:
        return
    say(f"需要答复 {len(open_ones)} 项")
    for question in open_ones[:_MOST_LISTED]:
        say_question(plan, question, rules)
    if len(open_ones) > _MOST_LISTED:
        say(f"……其余 {len(open_ones) - _MOST_LISTED} 项见 --json")


def say_question(plan: Plan, question: Question, rules: Mapping[str, str]) -> None:
    """Print a question with its place, the words of the cell, and the answers by number; rules by their names."""
    where = _place(plan, question.at, [question.at.row])
    cell = f"“{question.cell}”" if question.cell else ""
    say(f"[{question.id}] {where} {cell} {in_words(question.why, FIELDS)}")
    if question.why.code == "page_not_understood":
        say("    也可说明各列的含义再读：每列一个 --column 表头=含义，如 --column 号名=账号名称")
    for number, answer in enumerate(question.answers, start=1):
        mark = "（默认）" if answer == question.default else ""
        say(f"    {number} {answer_in_words(question, answer, rules)}{mark}")


def _called(row: PlannedRow) -> str:
    """Return name and platform, which together with the place of the row say enough."""
    if row.account is None:
        return row.record.text("name")
    return f"{row.account.name}（{row.account.platform}）" if row.account.platform else row.account.name


def _place(plan: Plan, at: Address, rows: Iterable[int]) -> str:
    """Return where rows stand: page and rows, runs as from–to; of several files the file too."""
    runs: list[list[int]] = []
    for row in filter(None, rows):
        if runs and row <= runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    named = [[line_on_paper(plan, at, row) for row in run] for run in runs]
    ranges = "、".join(first if first == last else f"{first}–{last}" for first, last in named if first)
    file = f"{plan.files[at.file].name} " if len(plan.files) > 1 else ""
    return f"{file}{at.page}!{ranges}" if ranges else f"{file}{at.page}"
