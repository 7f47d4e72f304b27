"""A plan as a page shows it: what is wrong, what is asked, what would change, and what each page was read as.

In words of people, without ids; names and numbers of people are masked. Long lists are cut, with their length beside.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from connectors.papers.paper import Layout, ReadFile, ReadPage, Reason
from connectors.papers.places import cell_name
from connectors.people.roles import role_title
from events.unit import UNIT_PREFIX
from pipeline.office.intake.asking import CLOSED
from pipeline.office.intake.papers import plan_digest
from pipeline.office.intake.plan import (
    Address,
    Change,
    Plan,
    PlannedPerson,
    PlannedRow,
    Question,
    layout_of,
)
from pipeline.office.intake.planning import SET_ASIDE
from pipeline.office.intake.preview_columns import column_view, other_rows
from pipeline.office.intake.preview_views import (
    AnswerView,
    CellView,
    ChangeView,
    PageView,
    PersonView,
    Preview,
    QuestionView,
    RowView,
)
from pipeline.office.intake.reasons import on_a_page, plain_times, stated_by_page
from pipeline.office.intake.stored import StoredPlan, page_key, row_key
from pipeline.office.intake.wording import CHANGES, FATES, FIELDS, KINDS, answer_in_words, line_in_words
from pipeline.office.intake.would_write import masked_name, masked_phone, would_write

MOST_LISTED = 100
"""Of one list of a preview."""

_FIELD_LINES: dict[Layout, str] = {"rows": "列", "columns": "行", "form": "栏"}


def preview_of(plan: Plan, stored: StoredPlan, rules: Mapping[str, str]) -> Preview:
    """Return a plan for a page; `rules` has the names of rules by code."""
    words = _Words(plan, rules)
    wrong, refused, aside = words.wrong(), words.refused(), words.set_aside()
    open_ones = [q for q in plan.questions if q.answer is None]
    questions = [*open_ones, *(q for q in plan.questions if q.answer is not None)]
    new = [row for row in plan.rows if row.found_by == "new" and row.fate in ("taken", "doubtful")]
    fates = Counter(row.fate for row in plan.rows)
    settled = plan.settled(by_default=True)
    changed = {change.subject for change in plan.changes}
    writing = {draft.at for draft in plan.written(by_default=True)}
    same = sum(
        row.fate == "duplicate" or (row.fate == "taken" and row.at not in writing) for row in plan.rows
    )
    counts = {
        "wrong": len(wrong) + len(refused),
        "asked": len(open_ones),
        "new": len({row.subject or row.at for row in new}),
        "changed": len(changed),
        "changes": len(plan.changes),
        "missing": len(plan.missing),
        "same": same,
        "rows": len(plan.rows),
        "refused": fates["refused"],
        "people": len(plan.people),
        "questions": len(plan.questions),
    }
    return Preview(
        plan=plan.id,
        wrong=tuple(wrong[:MOST_LISTED]),
        refused=tuple(refused[:MOST_LISTED]),
        set_aside=tuple(aside[:MOST_LISTED]),
        questions=tuple(words.question(q) for q in questions[:MOST_LISTED]),
        changes=tuple(words.change(change, settled) for change in plan.changes[:MOST_LISTED]),
        new=tuple(words.row(row) for row in new[:MOST_LISTED]),
        missing=tuple(
            (str(m.account), on_a_page(m.why, FIELDS) if m.why else "") for m in plan.missing[:MOST_LISTED]
        ),
        people=tuple(words.person(person) for person in plan.people[:MOST_LISTED]),
        pages=tuple(
            words.page(n, file, page, stored) for n, file in enumerate(plan.files) for page in file.pages
        ),
        files=tuple(words.files()),
        unread=tuple((file.name, on_a_page(file.refused, FIELDS)) for file in plan.files if file.refused),
        hints=tuple(words.hints())[:MOST_LISTED],
        counts=counts,
        would_write=tuple(would_write(plan)),
        waiting=sum(question.settled is None for question in plan.questions),
        digest=plan_digest(plan, by_default=True),
        taken_before=plan.taken_before,
    )


class _Words:
    """Says of parts of one plan what people call things."""

    def __init__(self, plan: Plan, rules: Mapping[str, str]) -> None:
        self._plan = plan
        self._rules = rules
        self._several = len(plan.files) > 1
        self._by_id = {question.id: question for question in plan.questions}
        self._rows: dict[Address, PlannedRow] = {}
        self._titles: dict[str, str] = {}
        for row in plan.rows:
            self._rows.setdefault(row.at, row)
            if row.subject and row.account is not None:
                self._titles.setdefault(row.subject, str(row.account))

    def place(self, at: Address, letter: str = "") -> str:
        """Return where something stands: 区级部门 F12, with the file where there are several."""
        file = f"{self._plan.files[at.file].name} " if self._several else ""
        page = "" if at.page == "(csv)" else f"{at.page} "
        if not at.row:
            return f"{file}{page}".strip() or "整张表"
        layout = layout_of(self._plan.files, at)
        if letter:
            return f"{file}{page}{cell_name(letter, at.row)}"
        line = line_in_words(layout, at.row)
        return f"{file}{page}{line}".strip() or "整张表"

    def wrong(self) -> list[CellView]:
        """Return the cells that cannot be read, of rows that are refused for them first."""
        refusing = [
            self._cell(row, doubt.column, doubt.cell, doubt.field, doubt.why, refuses=True)
            for row in self._plan.rows
            if row.fate == "refused" and row.why != SET_ASIDE
            for doubt in row.record.refusals
        ]
        aside = [
            self._cell(row, cell.column, cell.cell, cell.field, cell.why, refuses=False)
            for row in self._plan.rows
            if row.fate != "refused"
            for cell in row.record.set_aside
        ]
        return [*refusing, *aside]

    def _cell(
        self, row: PlannedRow, letter: str, cell: str, field: str, why: Reason, *, refuses: bool
    ) -> CellView:
        at = row.at
        return CellView(
            f"{page_key(at.file, at.page)}!{cell_name(letter, at.row)}" if letter else "",
            row_key(at.file, at.page, at.row),
            self.place(at, letter),
            _called(row),
            _without_digits(cell),
            FIELDS.get(field, field),
            on_a_page(why, FIELDS),
            refuses,
        )

    def refused(self) -> list[RowView]:
        """Return the rows that are not taken for something else than a cell, those that contradict too."""
        return [
            self.row(row)
            for row in self._plan.rows
            if (row.fate == "refused" and row.why != SET_ASIDE and not row.record.refusals)
            or (row.fate == "contradicting" and not row.needs)
        ]

    def set_aside(self) -> list[RowView]:
        """Return the rows that somebody set aside."""
        return [self.row(row) for row in self._plan.rows if row.why == SET_ASIDE]

    def row(self, row: PlannedRow) -> RowView:
        """Return a row with the reason of its fate."""
        why = row.why or next((self._by_id[n].why for n in row.needs if n in self._by_id), None)
        key = row_key(row.at.file, row.at.page, row.at.row)
        reason = on_a_page(why, FIELDS) if why is not None else ""
        account = str(row.account) if row.account is not None else _called(row)
        return RowView(key, self.place(row.at), account, FATES.get(row.fate, ""), reason)

    def question(self, question: Question) -> QuestionView:
        """Return a question with its answers in words."""
        row = self._rows.get(question.at) if question.at.row else None
        answers = tuple(
            AnswerView(
                answer,
                answer_in_words(question, answer, self._rules, with_code=False),
                answer == question.default,
            )
            for answer in question.answers
        )
        at = question.at
        return QuestionView(
            question.id,
            self.place(question.at),
            _called(row) if row is not None else "",
            _without_digits(question.cell),
            on_a_page(question.why, FIELDS),
            answers,
            question.settled or "",
            question.answer is None,
            question.why.code not in CLOSED or not question.answers,
            len(question.rows),
            question.remembered,
            row_key(at.file, at.page, at.row) if at.row else "",
        )

    def change(self, change: Change, settled: frozenset[str]) -> ChangeView:
        """Return a change, before and after."""
        account = change.subject.removeprefix(UNIT_PREFIX) if not change.account.name else str(change.account)
        return ChangeView(
            account,
            FIELDS.get(change.field, change.field),
            change.before,
            change.after,
            CHANGES[change.kind],
            not settled.issuperset(change.needs),
        )

    def person(self, person: PlannedPerson) -> PersonView:
        """Return a person, masked."""
        given = person.placed.given
        accounts = [self._titles[subject] for subject in person.accounts if subject in self._titles]
        more = f" 等 {len(accounts)} 个" if len(accounts) > 1 else ""
        return PersonView(
            person.placed.unit,
            role_title(person.placed.role),
            masked_name(given.name),
            masked_phone(given.phone),
            f"{accounts[0]}{more}" if accounts else "",
        )

    def files(self) -> Iterable[tuple[str, str]]:
        """Yield the files with what is to be said of each."""
        for file in self._plan.files:
            yield file.name, on_a_page(file.refused, FIELDS) if file.refused else ""
        for attachment in self._plan.attachments:
            yield attachment.name, "作为附件保存，不读取"
        for left in self._plan.left_out:
            yield left.name, f"未读：{on_a_page(left.why, FIELDS)}"

    def hints(self) -> Iterable[str]:
        """Yield what is told and not asked, once each."""
        hints = {f"{self.place(at)}：{on_a_page(hint, FIELDS)}": None for at, hint in self._plan.hints}
        for row in self._plan.rows:
            for note in row.notes:
                hints[f"{self.place(row.at)}：{on_a_page(note, FIELDS)}"] = None
        return hints

    def page(self, number: int, file: ReadFile, page: ReadPage, stored: StoredPlan) -> PageView:
        """Return a page with its columns."""
        key = page_key(number, page.title)
        settled = stored.settled.get(key) or stored.pages.get(page.title)
        data = page.count("data") if page.read else 0
        totals = page.totals[-1] if page.totals else None
        total = (
            ""
            if totals is None
            else "相符"
            if totals.agrees
            else f"表内写 {totals.stated}，实数 {totals.counted}"
        )
        return PageView(
            key,
            file.name if self._several else "",
            "文本表" if page.title == "(csv)" else page.title,
            page.read,
            settled is not None and settled.leave_out,
            page.kind,
            KINDS.get(page.kind, page.kind) if page.read else "未读",
            data,
            other_rows(page),
            total,
            on_a_page(page.why, FIELDS) if page.why else "",
            (*stated_by_page(page.context), *(on_a_page(hint, FIELDS) for hint in page.hints)),
            tuple(column_view(key, page, column) for column in page.columns),
            _FIELD_LINES[page.layout],
        )


def _called(row: PlannedRow) -> str:
    if row.account is None:
        return row.record.text("name") or row.record.text("owner")
    return f"{row.account.name}（{row.account.platform}）" if row.account.platform else row.account.name


def _without_digits(cell: str) -> str:
    """Return the words of a cell; what was masked for a person's number says how long it is."""
    return cell.replace(" digits)", " 位数字)") if cell.endswith(" digits)") else plain_times(cell)
