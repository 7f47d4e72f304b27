"""The catalogue of Chinese texts against what the code says in English."""

import ast
import builtins
import re

import pytest

from pipeline.cli.library_texts import HEADINGS, TEMPLATES
from tests.messages import catalogue, collected, modules, placeholders, templates

pytestmark = pytest.mark.source_tree

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Characters of Chinese, and its punctuation: of some texts nothing else is left."""

WORDS = re.compile(r"[A-Za-z]{2,} [a-z]+")


@pytest.fixture(scope="module")
def entries():
    return {entry.msgid: entry.msgstr for entry in catalogue()}


@pytest.mark.slow
def test_both_sets_have_the_same_texts(entries):
    """No text lacks its entry, and no entry is of a text that nobody says any more (`python -m tests.messages`)."""
    said = collected()
    assert said.keys() - entries.keys() == set()
    assert entries.keys() - said.keys() == set()


def test_every_text_is_translated(entries):
    """A text that was added has its Chinese."""
    assert [text for text, chinese in entries.items() if not CHINESE.search(chinese)] == []


@pytest.mark.slow
def test_translations_put_in_what_the_text_does(entries):
    """All names of a template stand in its translation, with a format and conversion that they have in it."""
    put_together = {text for _, text in templates()} | set(TEMPLATES) | set(HEADINGS.values())
    for text in put_together & entries.keys():
        said, told = placeholders(text), placeholders(entries[text])
        assert told <= said, text
        assert {name for name, *_ in told} == {name for name, *_ in said}, text


def test_marks_and_ends_stay(entries):
    """A translation begins and ends with a line break or not as its text does: fragments are put together."""
    for text, chinese in entries.items():
        assert (text[:1] == "\n", text[-1:] == "\n") == (chinese[:1] == "\n", chinese[-1:] == "\n"), text


@pytest.mark.slow
def test_the_catalogue_is_as_it_is_written(entries):
    """Entries stand in the order of the rooms, so that two changes meet where their texts do."""
    assert list(entries) == list(collected())


PLAIN = {
    "UnreadableEventError": "the reason of a dead letter is data",
    "UnknownTypeError": "the same",
    "DeliveryError": "what became of a delivery is a fact",
    "AttemptError": "the same",
    "EgressError": "the same",
    "QueryError": "programs read what the history's server answers",
    "OidcError": "the log says what a provider did; the page has its words",
    "OidcRefusedError": "the same",
    "BadTimeError": "it has a code; the intake has its words",
}
"""Errors with plain texts, and why."""


@pytest.mark.slow
def test_errors_are_raised_with_messages():
    """A text that is given to an error of ours is a message: an f-string cannot be looked up."""
    plain = []
    for path, tree in modules():
        for node in ast.walk(tree):
            name = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if (
                (name.endswith("Error") or name == "BadParameter")
                and name not in PLAIN
                and not hasattr(builtins, name)
            ):
                plain += [f"{path}:{node.lineno}" for text in node.args if is_english(text)]
    assert plain == []


def is_english(node):
    """Tell whether an argument is a text of two words or more, put together or not."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return any(
        isinstance(p, ast.Constant) and isinstance(p.value, str) and WORDS.search(p.value) for p in parts
    )
