"""Print the figures of a year of a city of 600 accounts: messages as they are, and with cards that are renewed."""

import sys
import time

from tests.projections.rulebooks import KUNSHAN
from tests.voice_year.year import Year, begin_of

ACCOUNTS, DAYS = 600, 365


def main() -> int:
    """Run the year twice; exit 1 where a law does not hold."""
    began = time.process_time()
    plain = Year(KUNSHAN, ACCOUNTS, cards=False, begin=begin_of(2025)).run(DAYS)
    print(plain.line("plain"), flush=True)  # noqa: T201
    cards = Year(KUNSHAN, ACCOUNTS, cards=True, begin=begin_of(2025)).run(DAYS)
    seconds = time.process_time() - began
    print(cards.line("cards"), f"of_plain {cards.messages / plain.messages:.2f} seconds {seconds:.0f}")  # noqa: T201
    fine = all(not (f.over_limit or f.unwarned or f.wrongly_told) for f in (plain, cards))
    return 0 if fine and 2 * cards.messages <= cards.naive else 1


if __name__ == "__main__":
    sys.exit(main())
