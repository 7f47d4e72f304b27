"""What intakes remember: answers for a cell, and what columns of a sender mean, until somebody forgets them."""

from contextlib import closing

import msgspec

from connectors.people.intake_memory import IntakeMemory
from connectors.sheets.columns import header_key
from events.folding import fold, fold_owner
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.people import open_people
from pipeline.home.workspace import Workspace

HEADER = "header"
"""The field of what a column means: its cell is the header."""


class RememberedAnswer(msgspec.Struct, frozen=True):
    """An answer to a question about a cell of a field, or what a header means in the papers of a sender.

    Cell and sender are folded, as they are compared. Of a header the answer is a field, empty where its column is kept
    aside.
    """

    field: str
    cell: str
    answer: str
    sender: str = ""  # of a header; empty: papers that name nobody


def list_answers(workspace: Workspace) -> list[RememberedAnswer]:
    """Return what is remembered, headers first, then by field and cell."""
    with closing(open_people(workspace.home)) as store:
        memory = IntakeMemory(store)
        answers, headers = memory.answers(), memory.headers()
    return [
        *(
            RememberedAnswer(HEADER, header, field, sender)
            for (sender, header), field in sorted(headers.items())
        ),
        *(RememberedAnswer(field, cell, answer) for (field, cell), answer in sorted(answers.items())),
    ]


def forget_answer(workspace: Workspace, field: str, cell: str, sender: str = "") -> None:
    """Forget an answer, or what a header of a sender means, so that the next paper asks again.

    Raises `UsageError` where there is none.
    """
    with closing(open_people(workspace.home)) as store:
        memory = IntakeMemory(store)
        if field == HEADER and (key := (fold_owner(sender), header_key(cell))) in memory.headers():
            memory.forget_header(*key)
        elif (field, folded := fold(cell)) in memory.answers():
            memory.forget_answer(field, folded)
        else:
            raise UsageError(
                message(
                    "no answer is remembered for {field} {cell!r}: `xuncha intake answers list`",
                    field=field,
                    cell=cell,
                )
            )
