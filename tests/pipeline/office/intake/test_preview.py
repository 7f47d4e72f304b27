"""What a preview says of people, and of reasons that speak of programs."""

import pytest

from connectors.papers.paper import Reason
from pipeline.office.intake.reasons import on_a_page
from pipeline.office.intake.sender import Sender, sent_by
from pipeline.office.intake.would_write import masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳小明", "欧***"), ("张", "*"), ("", ""), ("Anna", "A***")]
)
def test_names_keep_their_first_character(name, masked):
    """A name of one character keeps none."""
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("16112345678", "161****5678"),
        ("0900-1234567", "090*-***4567"),
        ("1234567", "****567"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_numbers_keep_their_ends(phone, masked):
    """A short one keeps nothing."""
    assert masked_phone(phone) == masked


def test_reasons_on_a_page_name_no_command_and_no_english():
    """What a library said, and what to type, is for a terminal."""
    assert (
        on_a_page(Reason("damaged", {"problem": "is damaged (BadZipFile)"}), {}) == "文件打不开，可能已损坏"
    )
    assert "xuncha" not in on_a_page(Reason("kind_not_taken", {"command": "filings import"}), {})


def test_who_sends_what():
    """The table of roles: kinds handed in, and kinds confirmed."""
    firm, competent = Sender("u", "firm", "某公司"), Sender("u", "competent", "东江区")
    assert [firm.uploads(kind) for kind in ("looks", "posts", "findings", "accounts")] == [True] * 3 + [False]
    assert [firm.confirms(kind) for kind in ("looks", "posts", "findings")] == [True, True, False]
    assert (competent.uploads("accounts"), competent.confirms("accounts")) == (True, False)
    assert competent.confirms("self_check")
    assert not Sender("u", "owner", "某局").confirms("self_check")
    assert not Sender("u", "signer").confirms("looks")
    assert Sender("u", "clerk").confirms("accounts")
    assert sent_by("u", firm.on_behalf) == firm
    assert Sender("u", "clerk").on_behalf == ""
