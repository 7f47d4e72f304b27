"""Names and ids as files, tables and terminals can hold them."""

import pytest

from events.names import LONGEST_ID, LONGEST_LABEL, LONGEST_NAME, unfit_id, unfit_label, unfit_name

NOT_SHOWN = [
    "a\x00b",
    "a\nb",
    "a\tb",
    "a\x1b[31mb",
    "a\x85b",
    "a\ud800b",
    "a\u2028b",
    "a\u202eb",
    "a\u2066b",
    "\ufeffa",
]
NO_FILE = [
    "a/b",
    "a\\b",
    "../a",
    "a:b",
    "a*",
    "a?",
    'a"',
    "a<",
    "a|b",
    ".",
    "..",
    ".a",
    "a.",
    "a b",
    "a\u3000b",
    "",
]
DEVICES = ["CON", "nul", "Aux.txt", "com1", "LPT9.2023", "com²", "conin$"]


@pytest.mark.parametrize("text", NOT_SHOWN)
def test_what_nobody_sees_is_in_no_new_name(text):
    """Controls, halves of characters, breaks of lines, marks that turn the direction: in ids, labels and names."""
    for unfit in (unfit_id, unfit_label, unfit_name):
        assert "U+" in unfit(text)


@pytest.mark.parametrize("text", [*NO_FILE, *DEVICES])
def test_what_no_file_could_be_called_is_no_id_and_no_label(text):
    """Paths, dots at the ends, blanks, devices of Windows in any spelling."""
    assert unfit_id(text)
    assert unfit_label(text)


@pytest.mark.parametrize(
    "text",
    ["QTE=", "MzA5ODc2==", "gh_1a2b", "derived-00ff", "-x", "某市发布", "a.b", "conf", "com10", "nulls"],
)
def test_what_platforms_and_offices_write_is_an_id(text):
    """Ids of platforms, Chinese ids, names that only look like devices."""
    assert "" == unfit_id(text) == unfit_label(text)


@pytest.mark.parametrize(
    "text", ["江州发布", "江州 12345", "A/B：热线", "“两江”·发布", "👨\u200d👩\u200d👧江州", "con"]
)
def test_people_read_names_so_letters_and_signs_pass(text):
    """A name is shown, and no file is called by it; signs of several parts are held together by joiners."""
    assert "" == unfit_name(text)


def test_lengths_are_bounded():
    """As long as allowed passes, one more does not, and the answer says how long it is."""
    for unfit, longest in ((unfit_id, LONGEST_ID), (unfit_label, LONGEST_LABEL), (unfit_name, LONGEST_NAME)):
        assert "" == unfit("字" * longest)
        assert f"{longest + 1} characters" in unfit("字" * (longest + 1))
    assert unfit_name("  ")
