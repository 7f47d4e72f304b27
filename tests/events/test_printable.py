from events.printable import MARKS, printable


def test_what_no_document_can_hold_is_taken_out():
    """Control characters and marks go; line breaks, rare characters and emoji stay."""
    assert "某号\n\t\U0002070e😀" == printable("某\x00\x07号\n\t\U0002070e😀\x7f\uffff" + "".join(MARKS))
