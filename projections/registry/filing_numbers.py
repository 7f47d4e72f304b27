"""Numbers of filings for people, 2026-118: places in the order of first recording within a year, never used again."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from events.days import chinese_day
from events.filing import FilingApplied, FilingFiled
from events.instants import from_micros
from events.known import Known


def filing_numbers(records: Iterable[Known]) -> dict[UUID, str]:
    """Return the number of each application, and of each filing that names none, by the id of its fact.

    `records` are those of filings in log order, facts that were withdrawn among them: they keep their numbers. The year
    is the Chinese one of the recording, for what is told later of an earlier year must not move the numbers behind it.
    """
    counts: Counter[int] = Counter()
    numbers: dict[UUID, str] = {}
    for k in records:
        data = k.event.data
        opens = isinstance(data, FilingApplied) or (
            isinstance(data, FilingFiled) and data.application is None
        )
        if opens and k.event.id not in numbers:
            year = chinese_day(from_micros(k.recorded_at)).year
            counts[year] += 1
            numbers[k.event.id] = f"{year}-{counts[year]:02}"
    return numbers
