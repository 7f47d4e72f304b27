"""Mending one file of an intake that has several: the others come along as they were taken."""

from collections.abc import Mapping

from msgspec.structs import replace

from connectors.papers.settled import Settled
from connectors.people.intake_memory import IntakeMemory
from events.days import chinese_day
from events.messages import joined, message
from pipeline.home.errors import UsageError
from pipeline.home.typed_numbers import typed_number
from pipeline.office.intake.stored import Paper, StoredPlan, stored_plan
from projections.intakes.state import IntakeState

ALL = "all"
"""Names every file of an intake: what is handed in takes the place of all of it."""


def papers_taken(memory: IntakeMemory, state: IntakeState) -> StoredPlan:
    """Return what an intake was made of; once its plan is no longer kept, files without names and answers."""
    if memory.plan(state.opened.plan) is not None:
        return stored_plan(memory, state.opened.plan)
    read = [file for file in state.opened.files if file.kinds]
    papers = tuple(Paper(f"第 {n} 个文件", file.sha256) for n, file in enumerate(read, 1))
    return StoredPlan(papers, chinese_day(state.opened.received_at))


def with_the_others(mended: StoredPlan, taken: StoredPlan, mends: str) -> StoredPlan:
    """Return a plan of a mended paper together with the files of its intake that it does not mend.

    `mends` is the name or the place (1, 2, …) of the file whose place it takes, or ALL. The others are read as they
    were: with the answers given then, under the same rules, and as of the day on which they came. Raises `UsageError`
    where the intake has more files than were handed in and nothing says which of them is meant: what the others told
    would be withdrawn.
    """
    if mends == ALL or (not mends and len(mended.papers) >= len(taken.papers)):
        return mended
    place = _place(taken, mends)
    first, *more = mended.papers
    others = (*taken.papers[:place], first, *taken.papers[place + 1 :])
    return replace(
        mended,
        papers=(*others, *more),
        received=taken.received,
        answers={**taken.answers, **mended.answers},
        pages={**taken.pages, **mended.pages},
        settled=_but(taken.settled, place) | dict(mended.settled),
        set_aside=tuple(row for row in taken.set_aside if _file_of(row) != place),
        attachments=(*taken.attachments, *(a for a in mended.attachments if a not in taken.attachments)),
        ruleset=taken.ruleset or mended.ruleset,
    )


def _place(taken: StoredPlan, mends: str) -> int:
    names = [paper.name for paper in taken.papers]
    if names.count(mends) == 1:
        return names.index(mends)
    if number := typed_number(mends, len(names)):
        return number - 1
    raise UsageError(
        message(
            "{count} files came together: say which of them the mended paper stands for: {files}; or all of them",
            count=len(names),
            files=joined("、", [f"{n} {name}" for n, name in enumerate(names, 1)]),
        )
    )


def _but(settled: Mapping[str, Settled], place: int) -> dict[str, Settled]:
    return {key: value for key, value in settled.items() if _file_of(key) != place}


def _file_of(key: str) -> int:
    return int(key.partition("!")[0])
