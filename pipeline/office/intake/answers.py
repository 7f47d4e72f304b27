"""Answers that intakes remember: offered again for the same cell, until somebody forgets them."""

from contextlib import closing

import msgspec

from connectors.people.intake_memory import IntakeMemory
from events.folding import fold
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.people import open_people
from pipeline.home.workspace import Workspace


class RememberedAnswer(msgspec.Struct, frozen=True):
    """An answer to a question about a cell of a field; the cell is folded, as cells are compared."""

    field: str
    cell: str
    answer: str


def list_answers(workspace: Workspace) -> list[RememberedAnswer]:
    """Return the remembered answers by field and cell."""
    with closing(open_people(workspace.home)) as store:
        answers = IntakeMemory(store).answers()
    return [RememberedAnswer(field, cell, answer) for (field, cell), answer in sorted(answers.items())]


def forget_answer(workspace: Workspace, field: str, cell: str) -> None:
    """Forget an answer, so that the next paper asks again; raises `UsageError` where there is none."""
    folded = fold(cell)
    with closing(open_people(workspace.home)) as store:
        memory = IntakeMemory(store)
        if (field, folded) not in memory.answers():
            raise UsageError(
                message(
                    "no answer is remembered for {field} {cell!r}: `xuncha intake answers list`",
                    field=field,
                    cell=cell,
                )
            )
        memory.forget_answer(field, folded)
