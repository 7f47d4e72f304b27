"""Fields that a text names."""

from events.fields import FieldsError, field, marked, shown

SAID = f"give {field('post_link')} and {field('at')}"


def test_whoever_shows_a_text_names_its_fields():
    """Each by the name of its own, wherever it stands."""
    boxes = {"post_link": "“链接”", "at": "“时间”"}
    assert "give “链接” and “时间”" == shown(SAID, boxes.__getitem__)


def test_what_a_field_is_called_is_not_looked_at_again():
    """A name that is shown may look like a field, and stays."""
    assert "⟦b⟧" == shown(field("a"), lambda _: field("b"))


def test_brackets_around_anything_else_stay():
    """A file may be called so."""
    assert "⟦Q1 2023⟧.xlsx ⟦⟧" == shown("⟦Q1 2023⟧.xlsx ⟦⟧", str.upper)


def test_an_error_has_plain_names_in_a_log_and_marks_for_who_shows_it():
    """`str` is what logs and tracebacks take."""
    error = FieldsError(SAID)
    assert ("give post_link and at", SAID) == (str(error), marked(error))


def test_a_message_that_a_kind_of_error_puts_together_keeps_its_marks():
    """As that of a sheet with several bad cells."""

    class SeveralError(FieldsError):
        def marked(self):
            return f"1. {SAID}"

    assert ("1. give post_link and at", f"1. {SAID}") == (str(SeveralError()), marked(SeveralError()))


def test_other_errors_are_said_as_they_are():
    """They name no fields."""
    assert "⟦a⟧" == marked(ValueError("⟦a⟧"))
