"""How long a lexicon of 5,000 entries takes over 100,000 titles, beside a plain search for each form."""

import random
import sys
import time

import msgspec

from connectors.wording.entry import Entry, Lexicon
from connectors.wording.scanner import Scanner

ENTRIES = 5_000
_PLAIN = 500  # titles of the baseline, which would take minutes over all
_CHARACTERS = [chr(0x4E00 + n) for n in range(3_500)]
_WEIGHTS = [1 / (n + 200) for n in range(3_500)]


def lexicon(chance: random.Random) -> Lexicon:
    """Return entries of three to seven characters put together by chance, every other one near."""
    return Lexicon(
        tuple(
            Entry(f"w{n}", "typo", "yellow", "near" if n % 2 else "exact", (_text(chance, 3, 7),))
            for n in range(ENTRIES)
        )
    )


def _text(chance: random.Random, least: int, most: int) -> str:
    return "".join(chance.choices(_CHARACTERS, _WEIGHTS, k=chance.randint(least, most)))


def measure(titles: int) -> dict[str, float]:
    """Return CPU seconds: to build the automata, to run over the titles, and of a plain search for the same."""
    chance = random.Random(7)
    entries = lexicon(chance)
    texts = [_text(chance, 12, 36) for _ in range(titles)]
    begin = time.process_time()
    scanner = Scanner(entries)
    scanner.scan(texts[0])
    built_s = time.process_time() - begin
    begin = time.process_time()
    hits = sum(len(scanner.scan(text)) for text in texts)
    scanned_s = time.process_time() - begin
    forms = [form for entry in entries.entries for form in entry.wrong]
    begin = time.process_time()
    for text in texts[:_PLAIN]:
        any(form in text for form in forms)
    plain_s = (time.process_time() - begin) * titles / _PLAIN
    return {"built_s": built_s, "scanned_s": scanned_s, "plain_s": plain_s, "hits": hits}


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(measure(int(sys.argv[1]))).decode())
