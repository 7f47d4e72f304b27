"""What can be done once: the same thing in whatever characters it is written, another one never."""

import msgspec
import pytest

from events.claim import Act, bulletin_number, filing_opinion, folded, round_name
from events.codec import CODEC
from events.ids import fact_id
from tests.events.golden_files import GOLDEN

NUMBER = "江府办〔2023〕12号"


@pytest.mark.parametrize(
    "written",
    [
        "江府办[2023]12号",
        "江府办（2023）12号",
        "江府办【２０２３】１２号",
        "江府办〔2023〕 12 号",
        "江府办﹝2023﹞12号",
        " 江府办〔2023〕\u300012号\u200b",
        "江府办〖2023〗12号",
        "江府办{2023}\t12号\n",
    ],
)
def test_brackets_width_and_blanks_make_no_other_number(written):
    """Definitions, what must hold once: rivals meet, whatever their keyboards gave them."""
    assert bulletin_number(NUMBER).subject == bulletin_number(written).subject == f"number:{NUMBER}"


@pytest.mark.parametrize(
    "other", ["江府办〔2023〕13号", "江府办〔2022〕12号", "江府办〔2023〕12号附", "江府〔2023〕12号", ""]
)
def test_another_number_is_another_thing(other):
    """Folding takes away nothing that is read aloud."""
    assert folded(other) != folded(NUMBER)


def test_things_of_one_word_are_told_apart():
    """A round of the name of a number, and the opinion that takes the place of another."""
    standing = fact_id("office", "x", "opinion")
    subjects = {
        bulletin_number("a").subject,
        round_name("a").subject,
        *(
            filing_opinion("a", by, after, "甲").subject
            for by in ("owner", "office")
            for after in (None, standing)
        ),
    }
    assert 6 == len(subjects)


def acts_of_two_versions():
    decoded = {name: CODEC.decode(value).data for name, value in GOLDEN.items()}
    later = {name: data for name, data in decoded.items() if isinstance(data, Act) and data.version > 1}
    return [
        name for name in later if not name.startswith("intake.")
    ]  # an intake had claims from the beginning


@pytest.mark.parametrize("name", acts_of_two_versions())
def test_acts_from_before_there_were_claims_name_none(name):
    """Version 1 was written without claims and stays valid; version 2 names them."""
    claims = CODEC.decode(GOLDEN[name]).data.claims
    assert (name.endswith(".1")) is (claims == ())


def test_a_plan_from_before_the_log_gave_seeds_keeps_its_own():
    """A version 1 that said no seed had 0, chosen by nobody but fixed before the draw."""
    one = msgspec.json.decode(GOLDEN["round.announced.1"])
    assert 20210630 == CODEC.decode(GOLDEN["round.announced.1"]).data.sample.seed
    del one["data"]["sample"]["seed"]
    assert 0 == CODEC.decode(msgspec.json.encode(one)).data.sample.seed
    one["dataschema"] = "urn:xuncha:round.announced:2"
    assert CODEC.decode(msgspec.json.encode(one)).data.sample.seed is None
