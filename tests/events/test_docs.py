import re
from pathlib import Path

import msgspec

from events.catalogue import CATALOGUE
from events.codec import CODEC
from tests.events.golden_files import GOLDEN

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
EXAMPLES = [example.encode() for block in BLOCKS for example in block.strip().split("\n\n")]
ROWS = dict(re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))


def test_the_examples_of_the_page_are_the_golden_events():
    """Whoever reads docs/events.md reads what the tests pin: each newest version once, and no other event."""
    examples = {msgspec.json.encode(msgspec.json.decode(example)) for example in EXAMPLES}
    newest = {f"{payload.type}.{payload.version}" for payload in CATALOGUE.payloads.values()}
    assert {msgspec.json.encode(msgspec.json.decode(GOLDEN[name])) for name in newest} == examples
    assert len(EXAMPLES) == len(newest)


def test_the_examples_of_the_page_can_be_read_as_they_stand():
    """Line breaks and blanks do not matter to a reader of JSON."""
    golden = {CODEC.decode(value).id for value in GOLDEN.values()}
    assert {CODEC.decode(example).id for example in EXAMPLES} <= golden


def test_the_tables_of_the_page_name_every_type_and_its_kind():
    """Facts, derived events and broadcasts are told apart as the catalogue tells them."""
    kinds = {
        p.type: "derived" if p.derived else "fact, in every partition" if p.broadcast else "fact"
        for p in CATALOGUE.payloads.values()
    }
    assert kinds == ROWS
