"""Private names of libraries that the program uses: each with what breaks when a release has it no more."""

import ast
import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import PartitionRecords
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from kafka.consumer.fetcher import Fetcher
from kafka.net.compat import KafkaNetClient
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from litestar import get
from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.styles.cell_style import StyleArray

from connectors.kafka.reader import Reader

ROOT = Path(__file__).parents[1]
PACKAGES = ("events", "projections", "connectors", "pipeline")
OWN = {"projections/rules/ladder.py"}
"""Modules that reach into another object of their own class."""

_NAME = re.compile(r"_[a-z]\w*", re.IGNORECASE)


class Use(NamedTuple):
    """A private name, what stops when it is gone, and a look whether it still means what it did."""

    breaks: str
    is_there: Callable[[], bool]


def _blob() -> bool:
    document = Document()
    part = Part(PackURI("/word/other.bin"), "application/octet-stream", b"", document.part.package)
    part._blob = b"new"
    return bool(part.blob == b"new")


def _paragraph(name: str) -> bool:
    paragraph = Document().add_paragraph("text")
    of = {"_p": paragraph, "_r": paragraph.runs[0], "_element": paragraph.runs[0]}[name]
    return hasattr(getattr(of, name), "get_or_add_pPr" if name == "_p" else "get_or_add_rPr")


def _handler() -> bool:
    @get("/", sync_to_thread=False)
    def answer() -> str:
        return ""

    def other() -> str:
        return "other"

    answer._fn = other
    return bool(answer.fn is other)


def _batch_bytes() -> bool:
    builder = DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 1 << 10)
    builder.append(0, timestamp=5, key=b"k", value=b"v", headers=[])
    built = bytes(builder.build())
    return bytes(DefaultRecordBatch(built)._buffer) == built


def _network() -> bool:
    client = KafkaNetClient(bootstrap_servers="127.0.0.1:1")
    try:
        return callable(client._manager._net.stop)
    finally:
        client.close()
        client._manager._net.stop()


def _is_style_of_a_cell() -> bool:
    """A cell keeps the numbers of its styles in an array, which another cell may share."""
    sheet = Workbook().active
    one, other = sheet["A1"], sheet["B1"]
    one.font = Font(bold=True)
    other._style = one._style
    return isinstance(one._style, StyleArray) and bool(other.font.b)


USES = {
    "_Element": Use(
        "what a page or a feed holds is told apart by it",
        lambda: isinstance(etree.fromstring(b"<a/>"), etree._Element),
    ),
    "_style": Use("cells of workbooks that we write have no style", _is_style_of_a_cell),
    "_blob": Use("charts and substitutes of fonts are missing in documents", _blob),
    "_p": Use("page numbers, lines and what stays on one page are not written", lambda: _paragraph("_p")),
    "_r": Use("fields, and Chinese quotation marks, are not written", lambda: _paragraph("_r")),
    "_element": Use("the Chinese font of forms is not set", lambda: _paragraph("_element")),
    "_sectPr": Use(
        "the grid of lines is not set", lambda: Document().sections[0]._sectPr.tag.endswith("}sectPr")
    ),
    "_tr": Use(
        "rows of forms break over pages",
        lambda: hasattr(Document().add_table(1, 1).rows[0]._tr, "get_or_add_trPr"),
    ),
    "_fn": Use("answers in a thread are wrapped twice, and nobody awaits them", _handler),
    "_buffer": Use("readers on Kafka find no records in a batch", _batch_bytes),
    "_manager": Use("a client that finds no brokers leaves its thread and sockets behind", _network),
    "_net": Use("as `_manager`", _network),
    "_wait_on_metadata": Use(
        "a sink cannot tell marks of transactions from lost facts",
        lambda: asyncio.iscoroutinefunction(AIOKafkaClient._wait_on_metadata),
    ),
    "_consumer_record": Use(
        "a worker copies each record; tests/connectors/kafka/test_as_parsed.py",
        lambda: callable(PartitionRecords._consumer_record),
    ),
    "_key_deserializer": Use(
        "as `_consumer_record`",
        lambda: "_key_deserializer" in PartitionRecords.__init__.__code__.co_names,
    ),
    "_unpack_records": Use(
        "readers on Kafka take ten times as long; tests/connectors/kafka/test_quick_parsing.py",
        lambda: "_unpack_records" in Fetcher.PartitionRecords.__init__.__code__.co_names,
    ),
    **{
        name: Use(
            "readers on Kafka do not leave out what was aborted; as `_unpack_records`",
            lambda name=name: callable(getattr(Fetcher.PartitionRecords, name)),  # type: ignore[misc]
        )
        for name in (
            "_consume_aborted_transactions_up_to",
            "_contains_abort_marker",
            "_is_batch_aborted",
        )
    },
}
ON_A_BROKER = {
    "_fetcher": "readers on Kafka are slow, and a partition that was held never goes on",
    "_next_partition_records": "a partition that was held never goes on; tests/connectors/kafka/test_member.py",
}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def marked(source: str) -> set[str]:
    """Return the private names that a line of a module reaches for on something that is not its own."""
    lines = [line.partition("#")[0] for line in source.splitlines() if "SLF001" in line]
    return {name for line in lines for name in re.findall(r"(?<!\bself)\.(_[A-Za-z]\w*)", line)}


def overridden(tree: ast.AST) -> set[str]:
    """Return the private names that classes over a library's fetcher take from it, or put in place of its own."""
    found: set[str] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.ClassDef) and any("Fetcher" in ast.unparse(base) for base in one.bases):
            own = {f.name for f in one.body if isinstance(f, ast.FunctionDef)}
            used = {
                a.attr
                for a in ast.walk(one)
                if isinstance(a, ast.Attribute) and ast.unparse(a.value) == "self" and _NAME.fullmatch(a.attr)
            }
            found |= (used - own) | (own & set(vars(Fetcher.PartitionRecords)))
    return found


@pytest.mark.source_tree
def test_every_private_name_of_a_library_is_told_here():
    """A new one brings its line: what breaks, and how that would be seen."""
    found: set[str] = set()
    for path in modules():
        source = path.read_text("utf-8")
        if str(path.relative_to(ROOT)) not in OWN:
            found |= marked(source)
        if "Fetcher" in source:
            found |= overridden(ast.parse(source))
    assert found == USES.keys() | ON_A_BROKER.keys()


@pytest.mark.parametrize("name", USES)
def test_a_private_name_means_what_it_did(name):
    """Of the releases that are pinned; the message says what would break."""
    use = USES[name]
    assert use.is_there(), f"{name}: {use.breaks}"


def test_a_consumer_keeps_what_it_parsed_where_it_did(cluster):
    """The names that only a consumer with a broker shows."""
    with closing(Reader(cluster)) as reader:
        fetcher = reader._consumer._fetcher
        assert fetcher._next_partition_records is None, ON_A_BROKER["_next_partition_records"]
