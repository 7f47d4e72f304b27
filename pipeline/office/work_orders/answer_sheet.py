"""The answer to a work order as a document: what was asked, what was done, with which evidence."""

from connectors.documents.document import Block, Document, Origin
from connectors.documents.errors import TemplateError
from connectors.documents.layout import load_layout
from events.days import chinese_moment
from events.fields import marked
from events.messages import message
from events.printable import printable
from pipeline.home.errors import UsageError
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.bulletin.compose import TEMPLATES
from pipeline.office.own_office import office_now
from pipeline.office.work_orders.orders import load_order


def answer_docx(workspace: Workspace, number: str) -> bytes:
    """Return the newest answer to a work order as DOCX; the same facts give the same bytes.

    Raises `NotFoundError` for a number that nobody received, and `UsageError` where nothing is answered yet.
    """
    order = load_order(workspace, number)
    if order.answered_at is None:
        raise UsageError(message("work order {number} is not answered yet", number=order.number))
    registry = registry_now(workspace)
    about = [Block("paragraph", printable(order.about))] if order.about else []
    named = [registry.title(order.account)] if order.account else []
    named += [order.unit] if order.unit else []
    facts = [Block("paragraph", "涉及：" + printable("，".join(named)))] if named else []
    files, office = len(order.evidence), office_now(workspace)
    document = Document(
        title=printable(f"关于{order.number}工单办理情况的答复"),
        blocks=(
            Block("heading", "一、工单内容"),
            Block(
                "paragraph",
                printable(
                    f"{order.sender}于{chinese_moment(order.received_at)}转来工单"
                    + (f"，要求{chinese_moment(order.due_at)}前答复" if order.due_at else "")
                    + "。"
                ),
            ),
            *about,
            *facts,
            Block("heading", "二、办理情况"),
            Block("paragraph", printable(order.text)),
            *([Block("paragraph", f"附证明材料{files}份。")] if files else []),
        ),
        provenance=(
            Origin("number", "工单编号", printable(order.number)),
            Origin("answered_at", "答复时间", chinese_moment(order.answered_at)),
        ),
        at=order.answered_at,
        addressees=printable(order.sender),
        office=office.name,
    )
    from connectors.documents.docx_writer import write_docx  # noqa: PLC0415 (its library is slow to import)

    try:
        return write_docx(document, load_layout(workspace.home.path / TEMPLATES, example=office.example))
    except TemplateError as e:
        raise UsageError(marked(e)) from None
