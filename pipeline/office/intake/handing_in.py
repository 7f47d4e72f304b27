"""Papers that somebody hands in through the console: bounded, planned, and refused where they are not theirs."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

import msgspec

from connectors.papers.folder import Handed, files_in
from events.folding import fold, fold_owner
from events.messages import joined, message
from events.report import ReportReceived
from pipeline.home.errors import UsageError
from pipeline.home.registry import registry_now
from pipeline.home.uploads import drop_upload
from pipeline.home.workspace import Workspace
from pipeline.office.intake.papers import TakeIn, memory_of, plan_handed
from pipeline.office.intake.plan import Plan, PlannedRow, line_on_paper
from pipeline.office.intake.sender import Sender
from pipeline.office.intake.stored import StoredPlan, keep_stored, stored_plan
from pipeline.office.intake.wording import KINDS
from pipeline.office.intake.world import World
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.units import unit_tree
from projections.registry.units import Unit, line_of

MAX_UPLOADS = 50
MAX_TOTAL_BYTES = 60 * 1024 * 1024
_NAMED = 5


class Upload(msgspec.Struct, frozen=True):
    """A file as it came: its name without folders, and its content."""

    name: str
    content: bytes


class HandIn(msgspec.Struct, frozen=True):
    """Files that somebody hands in, and what is said beside them."""

    files: tuple[Upload, ...]
    sender: Sender
    received: date
    came_at: datetime
    replaces: str = ""
    reason: str = ""
    mends: str = ""  # as that of `TakeIn`
    ruleset: str | None = None


def hand_in(workspace: Workspace, asked: HandIn) -> Plan:
    """Plan files that came without a path, archives of them among them; nothing is written.

    Raises `UsageError` for too many or too large ones, for none, and for pages or rows that the sender may not hand
    in; of those no plan is kept.
    """
    handed = list(_handed(asked.files))
    take = TakeIn(
        (),
        asked.received,
        ruleset=asked.ruleset,
        replaces=asked.replaces,
        mends=asked.mends,
        reason=asked.reason,
        sender=asked.sender,
        came_at=asked.came_at,
    )
    plan = plan_handed(workspace, handed, take)
    try:
        require_theirs(workspace, plan, asked.sender)
    except UsageError:
        _forget(workspace, plan)
        raise
    return plan


def _forget(workspace: Workspace, plan: Plan) -> None:
    """Forget a plan and those of its papers that nobody else handed in: what is refused is not kept."""
    mine = {*(file.sha256 for file in plan.files), *(file.sha256 for file in plan.attachments)}
    with memory_of(workspace) as memory:
        memory.drop_plan(plan.id)
        others = [msgspec.json.decode(body, type=StoredPlan) for body in memory.plans().values()]
    for other in others:
        mine -= {*(paper.sha256 for paper in other.papers), *(file.sha256 for file in other.attachments)}
    mine -= {file.sha256 for intake in World(workspace).intakes.values() for file in intake.opened.files}
    for sha256 in mine:
        drop_upload(workspace.home, sha256)


def _handed(files: Sequence[Upload]) -> Iterator[Handed]:
    if not files:
        raise UsageError(message("choose a file"))
    if len(files) > MAX_UPLOADS or sum(len(file.content) for file in files) > MAX_TOTAL_BYTES:
        raise UsageError(
            message(
                "at most {files} files and {megabytes} MB at once: hand them in by parts",
                files=MAX_UPLOADS,
                megabytes=MAX_TOTAL_BYTES // 1024**2,
            )
        )
    for file in files:
        yield from files_in(plain_name(file.name), file.content)


def plain_name(name: str) -> str:
    """Return the name of a file without folders and what cannot be seen, at most 120 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[-120:].strip() or "未命名"


def require_theirs(workspace: Workspace, plan: Plan, sender: Sender) -> None:
    """Raise `UsageError` for pages of a kind that a sender does not hand in, and for rows about others' accounts."""
    if sender.is_office:
        return
    wrong = [
        message("{page}（{kind}）", page=page.title, kind=KINDS.get(page.kind, page.kind))
        for file in plan.files
        for page in file.pages
        if page.read and not sender.uploads(page.kind)
    ]
    if wrong:
        raise UsageError(
            message(
                "not yours to hand in: {pages}; leave them out, or give them to the office",
                pages=joined("、", wrong[:_NAMED]),
            )
        )
    outside = rows_outside(workspace, plan, sender)
    if outside:
        raise UsageError(
            message(
                "{count} rows are about accounts of others: {rows}; leave them out",
                count=len(outside),
                rows=joined("、", outside[:_NAMED]),
            )
        )


def rows_outside(workspace: Workspace, plan: Plan, sender: Sender) -> list[str]:
    """Return the places of rows about accounts or units beyond the scope of a sender; of the office and a firm none."""
    if sender.is_office or sender.role not in ("competent", "owner"):
        return []
    units = unit_tree(workspace)
    own = _own_accounts(workspace, sender)
    names = own_units(units, sender)
    outside: list[str] = [
        message("{page}, row {row}", page=row.at.page, row=line_on_paper(plan, row.at, row.at.row))
        for row in plan.rows
        if row.fate in ("taken", "doubtful", "contradicting") and not _is_own(row, own, names, sender)
    ]
    outside += [
        message("{page}, of the unit {unit}", page=draft.at.page, unit=draft.event.data.unit)
        for draft in plan.drafts
        if isinstance(draft.event.data, ReportReceived) and fold_owner(draft.event.data.unit) not in names
    ]
    return outside


def _own_accounts(workspace: Workspace, sender: Sender) -> Collection[str]:
    registry = registry_now(workspace)
    if not registry.entries:
        return frozenset()
    scope = Scope(area=sender.scope) if sender.role == "competent" else Scope(unit=sender.scope)
    try:
        return accounts_within(workspace, registry, scope)
    except UsageError:  # an area or a unit that has no account yet
        return frozenset()


def own_units(units: dict[str, Unit], sender: Sender) -> frozenset[str]:
    """Return the folded names of what a sender reports for: its area and its units, or its unit and those below."""
    if sender.role == "competent":
        area = fold(sender.scope)
        named = [unit.name for unit in units.values() if fold(unit.area) == area]
    else:
        roots = {u.code for u in units.values() if sender.scope in (u.code, u.name)}
        named = [u.name for u in units.values() if any(one.code in roots for one in line_of(u.code, units))]
    return frozenset(map(fold_owner, (sender.scope, *named)))


def _is_own(row: PlannedRow, own: Collection[str], names: frozenset[str], sender: Sender) -> bool:
    if row.subject and row.found_by != "new":
        return row.subject in own
    owner, area = row.record.text("owner"), row.record.text("area")
    if row.kind == "assessment":
        return fold_owner(owner) in names
    if (
        row.account is None
        and not row.subject
        and not owner
        and row.kind in ("self_check", "answers", "reposts")
    ):
        return True  # nobody's yet: it is doubtful, and no fact comes of it
    if sender.role == "competent":
        return fold(area) == fold(sender.scope) if area else True
    return not owner or fold_owner(owner) in names


def may_confirm(workspace: Workspace, plan: Plan, sender: Sender) -> bool:
    """Tell whether somebody may confirm a plan: every page of a kind that is theirs to confirm, every row their own."""
    kinds = {page.kind for file in plan.files for page in file.pages if page.read}
    if not all(sender.confirms(kind) for kind in kinds):
        return False
    return sender.is_office or not rows_outside(workspace, plan, sender)


def send_back(workspace: Workspace, plan_id: str, reason: str) -> None:
    """Give a plan back to its sender with the reason; raises `UsageError` without one, or once it was confirmed."""
    if not reason.strip():
        raise UsageError(message("say why it is given back"))
    workspace.home.texts.refuse({"reason": reason})
    with memory_of(workspace) as memory:
        stored = stored_plan(memory, plan_id)
        if stored.number:
            raise UsageError(message("the plan was confirmed and cannot be given back"))
        keep_stored(memory, plan_id, msgspec.structs.replace(stored, sent_back=reason.strip()))


def discard(workspace: Workspace, plan_id: str) -> None:
    """Forget a plan that nobody confirmed; raises `UsageError` once it was."""
    with memory_of(workspace) as memory:
        if stored_plan(memory, plan_id).number:
            raise UsageError(message("the plan was confirmed: undo the intake"))
        memory.drop_plan(plan_id)
