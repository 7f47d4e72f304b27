"""Messages: English texts that can be told in another language."""

import copy
import pickle

import pytest

from events.fields import FieldsError, field, marked, shown
from events.messages import Message, in_words, joined, message

CHINESE = {
    "no round {name!r}; {remedy}": "没有检查{name!r}；{remedy}",
    "announce {number:.1f}": "请公布{number:.1f}",
    "is empty": "为空",
    "; ": "；",
    "{field} is wrong": "{field}有误",
}


def chinese(value):
    return in_words(value, lambda template: CHINESE.get(template, template))


def test_a_message_is_its_english_text():
    """Whoever knows no other language reads a text, with formats and conversions as f-strings have them."""
    said = message("no round {name!r}; {remedy}", name="x", remedy=message("announce {number:.1f}", number=2))
    assert "no round 'x'; announce 2.0" == said
    assert "没有检查'x'；请公布2.0" == chinese(said)


def test_a_value_may_be_called_like_the_parameter():
    """Names in a template are free."""
    assert "a template" == message("a {template}", template="template")


def test_what_is_joined_keeps_its_parts():
    """Texts one behind the other are translated one by one; those without a template stay."""
    said = joined("; ", [message("is empty"), "x"])
    assert ("is empty; x", "为空；x") == (said, chinese(said))
    assert "{}: 为空；x" == chinese(joined("", ["{}: ", said]))


def test_a_text_without_translation_stays_english():
    """What the catalogue lacks is told in English."""
    assert "is full" == chinese(message("is full"))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_a_copy_is_a_plain_text(copied):
    """Stores and processes hand on the English text alone."""
    made = copied(message("is empty"))
    assert (str, "is empty") == (type(made), made)


@pytest.mark.parametrize(
    "made", [str(message("is empty")), f"{message('is empty')}", message("is empty").strip()]
)
def test_a_part_is_a_plain_text(made):
    """What encoders are given is no message."""
    assert type(made) is str


@pytest.mark.parametrize("kind", [FieldsError, ValueError])
def test_an_error_keeps_its_message(kind):
    """An error that is passed on within another one is told in its language, too."""
    error = kind(message("is empty"))
    assert ("is empty", str) == (str(error), type(str(error)))
    assert "为空" == chinese(marked(error))
    assert "请公布1.0: 为空" == chinese(
        joined(": ", [message("announce {number:.1f}", number=1), marked(error)])
    )
    said = message("no round {name!r}; {remedy}", name="x", remedy=error)
    assert ("no round 'x'; is empty", "没有检查'x'；为空") == (said, chinese(said))


def test_an_error_of_another_form_is_its_text():
    """What an error says of itself counts where it was not raised with a text alone."""
    assert "'x'" == marked(KeyError("x"))
    assert "[Errno 2] gone" == marked(OSError(2, "gone"))


def test_fields_are_put_in_behind_the_language():
    """A field within a message is named in the translation, and put in as its reader knows it."""
    said = message("{field} is wrong", field=field("post_link"))
    assert "--post_link有误" == shown(chinese(said), lambda name: f"--{name}")


def test_braces_are_doubled():
    """A brace that is meant as such stands doubled in a template, as in any format."""
    assert "{x} 1" == Message("{{x}} {n}", {"n": 1})
