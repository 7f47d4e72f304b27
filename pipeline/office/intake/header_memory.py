"""What columns mean in the papers of a sender: said once, remembered with the intake, asked no more for the next."""

from collections.abc import Mapping

from msgspec.structs import replace

from connectors.papers.paper import ReadFile, ReadPage
from connectors.sheets.columns import header_key
from events.folding import fold_owner
from pipeline.office.intake.page_answers import PageSettings, settled_of
from pipeline.office.intake.plan import Plan
from pipeline.office.intake.sender import Sender
from pipeline.office.intake.stored import StoredPlan

Headers = Mapping[tuple[str, str], str]
"""Fields by sender and key of the header; an empty field: the column is kept aside."""


def sender_of_page(sender: Sender, page: ReadPage) -> str:
    """Return whose paper a page is, folded: who handed it in, of what the office takes who reports or looked.

    Empty where the paper names nobody.
    """
    if not sender.is_office:
        return fold_owner(sender.scope)
    reported_by = page.context.reported_by
    return fold_owner(str(reported_by.value)) if reported_by is not None else ""


def with_learned(
    settings: PageSettings, file: ReadFile, sender: Sender, headers: Headers
) -> tuple[PageSettings, bool]:
    """Return how pages are to be read with what is remembered of their senders, and whether that changes anything.

    A page whose header is not known names who reports, too: what was said of its headers before may make it readable.
    """
    changed = PageSettings(settings)
    for page in file.pages:
        whose = sender_of_page(sender, page)
        learned = {header: field for (one, header), field in headers.items() if one == whose}
        now = settings.get(page.title)
        if learned != now.learned:
            changed[page.title] = replace(now, learned=learned)
    return changed, changed != settings


def headers_settled(plan: Plan, stored: StoredPlan) -> dict[tuple[str, str], str]:
    """Return what somebody said of columns of the pages of a plan, by the senders of the pages."""
    told: dict[tuple[str, str], str] = {}
    for number, file in enumerate(plan.files):
        for page in file.pages:
            settled = settled_of(stored, number, page.title)
            whose = sender_of_page(stored.sender, page)
            for column in page.columns:
                key = header_key(column.header)
                field = settled.reads.get(column.letter, settled.headers.get(key))
                if field is not None and key and not column.people:
                    told[whose, key] = field
    return told
