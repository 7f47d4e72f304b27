"""A plan as a page shows it: what is wrong, what is asked, what would change, and what each page was read as.

In words of people, without ids; names and numbers of people are masked. Long lists are cut, with their length beside.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from connectors.papers.paper import Column, ReadFile, ReadPage, Reason, Record
from connectors.papers.vocabulary import vocabulary
from connectors.people.roles import role_title
from events.account import AccountChanged, AccountCorrected, AccountOpened
from events.base import Payload
from events.finding import FindingRecorded
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.rectification import RectificationAnswered
from events.report import ReportReceived, SelfCheckRecorded
from events.unit import UNIT_PREFIX, UnitChanged, UnitRegistered
from pipeline.office.intake.asking import CLOSED
from pipeline.office.intake.papers import shown_digest
from pipeline.office.intake.plan import Address, Change, Plan, PlannedPerson, PlannedRow, Question
from pipeline.office.intake.planning import SET_ASIDE
from pipeline.office.intake.reasons import in_words, plain_times, stated_by_page
from pipeline.office.intake.stored import StoredPlan, page_key, row_key
from pipeline.office.intake.wording import CHANGES, FATES, FIELDS, KINDS, answer_in_words

MOST_SHOWN = 100
"""Of one list of a preview."""

_SORTS = {
    "above": "表头以上",
    "total": "合计",
    "note": "注",
    "signature": "落款",
    "section": "分组",
    "blank": "空行",
    "example": "示例",
    "repeated_header": "重复表头",
    "hidden": "隐藏行",
    "other_table": "另一张表",
}
_WRITTEN: tuple[tuple[type[Payload], str, str], ...] = (
    (AccountOpened, "新增", "个账号"),
    (UnitRegistered, "新增", "个单位"),
    (UnitChanged, "变更", "个单位"),
    (AccountPatrolled, "记录", "次检查"),
    (PostPublished, "记录", "条发文"),
    (FindingRecorded, "记录", "个问题"),
    (RectificationAnswered, "记录", "条整改反馈"),
    (SelfCheckRecorded, "记录", "个账号的自查结果"),
    (ReportReceived, "登记", "份自查报送"),
)


class CellView(msgspec.Struct, frozen=True):
    """A cell or a row that cannot be taken as it stands."""

    key: str  # of the field that mends it; empty: it is mended in the paper alone
    row_key: str  # by which the row is set aside
    place: str
    account: str
    cell: str
    field: str
    why: str
    refuses: bool  # the row is not taken because of it


class AnswerView(msgspec.Struct, frozen=True):
    """An answer that may be given."""

    value: str
    words: str
    is_default: bool


class QuestionView(msgspec.Struct, frozen=True):
    """Something that the papers alone cannot settle."""

    id: str
    place: str
    account: str
    cell: str
    why: str
    answers: tuple[AnswerView, ...]
    chosen: str  # given now or before, else the default; empty: none
    is_open: bool  # nobody answered
    takes_words: bool  # another answer than those offered may be written
    rows: int  # that wait for it
    remembered: bool
    row_key: str  # empty: it is about a page


class RowView(msgspec.Struct, frozen=True):
    """A row and what becomes of it."""

    row_key: str
    place: str
    account: str
    fate: str
    why: str


class ChangeView(msgspec.Struct, frozen=True):
    """A field of a known account or unit that would change."""

    account: str
    field: str
    before: str
    after: str
    kind: str
    waits: bool  # for an answer that is missing


class ColumnView(msgspec.Struct, frozen=True):
    """A column and what it was read as."""

    key: str  # of the choice that says otherwise; empty: none is offered
    letter: str
    header: str
    use: str  # read, people, aside, ignored
    words: str
    field: str
    sample: str
    choices: tuple[tuple[str, str], ...] = ()


class PageView(msgspec.Struct, frozen=True):
    """A page of a file."""

    key: str
    file: str
    title: str
    read: bool
    left_out: bool  # somebody said so
    kind: str
    kind_words: str
    rows: int
    other_rows: str
    total: str
    why: str
    told: tuple[str, ...]
    columns: tuple[ColumnView, ...]


class PersonView(msgspec.Struct, frozen=True):
    """A person who would be stored."""

    unit: str
    role: str
    name: str  # masked
    phone: str  # masked
    accounts: str


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The page."""

    plan: str
    wrong: tuple[CellView, ...]
    refused: tuple[RowView, ...]
    set_aside: tuple[RowView, ...]
    questions: tuple[QuestionView, ...]
    changes: tuple[ChangeView, ...]
    new: tuple[RowView, ...]
    missing: tuple[tuple[str, str], ...]
    people: tuple[PersonView, ...]
    pages: tuple[PageView, ...]
    files: tuple[
        tuple[str, str], ...
    ]  # name, and why it was refused or left out, or what it is beside the papers
    hints: tuple[str, ...]
    counts: Mapping[str, int]
    would_write: tuple[str, ...]
    waiting_rows: int  # that have no answer yet
    digest: str
    taken_before: tuple[str, ...]


def preview_of(plan: Plan, stored: StoredPlan, rules: Mapping[str, str]) -> Preview:
    """Return a plan for a page; `rules` has the names of rules by code."""
    shown = _Shown(plan, rules)
    wrong, refused, aside = shown.wrong(), shown.refused(), shown.set_aside()
    open_ones = [q for q in plan.questions if q.answer is None]
    questions = [*open_ones, *(q for q in plan.questions if q.answer is not None)]
    new = [row for row in plan.rows if row.found_by == "new" and row.fate in ("taken", "doubtful")]
    fates = Counter(row.fate for row in plan.rows)
    settled = plan.settled(by_default=True)
    changed = {change.subject for change in plan.changes}
    same = sum(
        row.fate == "duplicate"
        or (row.fate == "taken" and row.found_by != "new" and row.subject not in changed)
        for row in plan.rows
    )
    waits = [row for row in plan.rows if row.fate == "doubtful" and not settled.issuperset(row.needs)]
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
        wrong=tuple(wrong[:MOST_SHOWN]),
        refused=tuple(refused[:MOST_SHOWN]),
        set_aside=tuple(aside[:MOST_SHOWN]),
        questions=tuple(shown.question(q) for q in questions[:MOST_SHOWN]),
        changes=tuple(shown.change(change, settled) for change in plan.changes[:MOST_SHOWN]),
        new=tuple(shown.row(row) for row in new[:MOST_SHOWN]),
        missing=tuple(
            (str(m.account), in_words(m.why, FIELDS) if m.why else "") for m in plan.missing[:MOST_SHOWN]
        ),
        people=tuple(shown.person(person) for person in plan.people[:MOST_SHOWN]),
        pages=tuple(
            shown.page(n, file, page, stored) for n, file in enumerate(plan.files) for page in file.pages
        ),
        files=tuple(shown.files()),
        hints=tuple(shown.hints())[:MOST_SHOWN],
        counts=counts,
        would_write=tuple(would_write(plan)),
        waiting_rows=len(waits),
        digest=shown_digest(plan, by_default=True),
        taken_before=plan.taken_before,
    )


def would_write(plan: Plan) -> list[str]:
    """Return what a yes would write, in words: 新增 3 个账号, 修改 5 处; defaults count as answers."""
    drafts = plan.written(by_default=True)
    counts = Counter(type(draft.event.data) for draft in drafts)
    told = [f"{verb} {counts[kind]} {noun}" for kind, verb, noun in _WRITTEN if counts[kind]]
    changed = counts[AccountChanged] + counts[AccountCorrected]
    if changed:
        settled = plan.settled(by_default=True)
        fields = sum(settled.issuperset(change.needs) for change in plan.changes)
        told.insert(1 if counts[AccountOpened] else 0, f"修改 {max(fields, changed)} 处")
    known = {kind for kind, _, _ in _WRITTEN} | {AccountChanged, AccountCorrected}
    if others := sum(n for kind, n in counts.items() if kind not in known):
        told.append(f"其他 {others} 条记录")
    settled = plan.settled(by_default=True)
    if people := sum(settled.issuperset(person.needs) for person in plan.people):
        told.append(f"登记 {people} 名人员")
    if plan.gone:
        told.append(f"撤回原报送中不再记载的 {len(plan.gone)} 条")
    return told


def masked_name(name: str) -> str:
    """Return a name of a person with all but its first character hidden: 张**."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked_phone(phone: str) -> str:
    """Return a number with its middle hidden: 161****2234; of a short one its end alone."""
    digits = [place for place, c in enumerate(phone) if c.isdecimal()]
    if len(digits) < 7:
        return "*" * len(phone)
    hidden = set(digits[3:-4]) if len(digits) > 8 else set(digits[:-3])
    return "".join("*" if place in hidden else c for place, c in enumerate(phone))


class _Shown:
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
        return f"{file}{page}{letter}{at.row}" if letter else f"{file}{page}第 {at.row} 行"

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
            f"{page_key(at.file, at.page)}!{letter}{at.row}" if letter else "",
            row_key(at.file, at.page, at.row),
            self.place(at, letter),
            _called(row),
            _without_digits(cell),
            FIELDS.get(field, field),
            in_words(why, FIELDS),
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
        said = in_words(why, FIELDS) if why is not None else ""
        account = str(row.account) if row.account is not None else _called(row)
        return RowView(key, self.place(row.at), account, FATES.get(row.fate, ""), said)

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
            in_words(question.why, FIELDS),
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
            yield file.name, in_words(file.refused, FIELDS) if file.refused else ""
        for attachment in self._plan.attachments:
            yield attachment.name, "作为附件保存，不读取"
        for left in self._plan.left_out:
            yield left.name, f"未读：{in_words(left.why, FIELDS)}"

    def hints(self) -> Iterable[str]:
        """Yield what is told and not asked, once each."""
        told = {f"{self.place(at)}：{in_words(hint, FIELDS)}": None for at, hint in self._plan.hints}
        for row in self._plan.rows:
            for note in row.notes:
                told[f"{self.place(row.at)}：{in_words(note, FIELDS)}"] = None
        return told

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
            _other_rows(page),
            total,
            in_words(page.why, FIELDS) if page.why else "",
            (*stated_by_page(page.context), *(in_words(hint, FIELDS) for hint in page.hints)),
            tuple(_column(key, page, column) for column in page.columns),
        )


def _called(row: PlannedRow) -> str:
    if row.account is None:
        return row.record.text("name") or row.record.text("owner")
    return f"{row.account.name}（{row.account.platform}）" if row.account.platform else row.account.name


def _without_digits(cell: str) -> str:
    """Return the words of a cell; what was masked for a person's number says how long it is."""
    return cell.replace(" digits)", " 位数字)") if cell.endswith(" digits)") else plain_times(cell)


def _other_rows(page: ReadPage) -> str:
    """Return the rows that are no data, by sort: 第 1 行 标题，第 33 行 合计."""
    by_sort: dict[str, list[int]] = {}
    for row in page.rows:
        if row.sort in _SORTS and row.sort not in ("above", "blank"):
            by_sort.setdefault(row.sort, []).append(row.number)
    told = []
    for sort, numbers in by_sort.items():
        shown = "、".join(map(str, numbers[:5])) + (" 等" if len(numbers) > 5 else "")
        told.append(f"第 {shown} 行 {_SORTS[sort]}")
    return "，".join(told)


def _column(key: str, page: ReadPage, column: Column) -> ColumnView:
    field = column.fields[0] if column.fields and not column.people else ""
    if column.people:
        use, words = "people", "存入人员库"
    elif column.use == "understood":
        names = [FIELDS.get(f, _header_of(f)) for f in column.fields] or (["检查指标"] if column.rule else [])
        use, words = "read", "、".join(names)
    else:
        use = "aside" if column.use == "kept_aside" else "ignored"
        words = "留在原件里" if use == "aside" else "序号或算出的数"
    choices = () if column.people or column.rule else _choices(page)
    return ColumnView(
        "" if not choices else f"{key}!{column.letter}",
        column.letter,
        column.header,
        use,
        words,
        field if column.use == "understood" else "",
        "（已遮盖）" if column.people else _sample(page.records, field, column.header),
        choices,
    )


def _choices(page: ReadPage) -> tuple[tuple[str, str], ...]:
    """Return the fields that a column of a page may be read as."""
    kind = vocabulary().words.kinds.get(page.kind)
    if kind is None:
        return ()
    fields = dict.fromkeys((*kind.telling, *kind.fits, "name", "owner", "platform", "area"))
    known = vocabulary().words.fields
    return tuple(
        (field, FIELDS.get(field, _header_of(field)))
        for field in fields
        if field in known and known[field].use == "understood"
    )


def _header_of(field: str) -> str:
    """Return what offices call a field most: the first header that it is known under."""
    known = vocabulary().words.fields.get(field)
    return known.headers[0] if known is not None and known.headers else field


def _sample(records: Sequence[Record], field: str, header: str) -> str:
    for record in records[:20]:
        value = record.platform.name if field == "platform" and record.platform else record.fields.get(field)
        text = str(value) if value not in (None, "") else record.aside.get(header, "")
        if text:
            return plain_times(text)[:24]
    return ""
