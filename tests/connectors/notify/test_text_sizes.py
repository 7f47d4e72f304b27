import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.notify.text_sizes import cut, split

TEXTS = st.text(st.sampled_from("a发é😀\n"), max_size=400)


@given(TEXTS, st.integers(3, 200))
def test_a_text_that_is_cut_fits_and_is_whole_characters(text, limit):
    """Bytes of UTF-8 count; the beginning stays, and a mark says that something is missing."""
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


@given(TEXTS, st.integers(60, 200))
def test_parts_fit_and_hold_all_of_a_text(text, limit):
    """Nothing but line breaks between parts is lost, and each part says which it is."""
    parts = split(text, limit)
    assert all(len(part.encode()) <= limit for part in parts)
    if len(parts) > 1:
        assert [f"（{n}/{len(parts)}）" for n in range(1, len(parts) + 1)] == [
            p.split("\n")[0] for p in parts
        ]
        parts = [part.partition("\n")[2] for part in parts]
    assert text.replace("\n", "") == "".join(parts).replace("\n", "")


@pytest.mark.parametrize(("characters", "count"), [(682, 1), (683, 2)])
def test_chinese_counts_three_bytes(characters, count):
    """2,048 bytes are 682 characters, whatever a count of characters says."""
    assert count == len(split("发" * characters, 2048))
