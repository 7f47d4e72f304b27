import base64
from datetime import UTC, datetime

import pytest

from pipeline.access.one_time_codes import address_of, code_at, new_key, step_of

KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_document(seconds, code):
    """RFC 6238, appendix B, SHA-1: the last six of its eight digits."""
    assert code_at(KEY, seconds // 30) == code


def test_a_code_counts_half_a_minute_around_and_once():
    """The step before and behind count; none twice, none that is older than one that was used."""
    now = datetime.fromtimestamp(1111111111, UTC)
    step = 1111111111 // 30
    for around in (-1, 0, 1):
        assert step_of(KEY, code_at(KEY, step + around), now) == step + around
    for beyond in (-2, 2):
        assert step_of(KEY, code_at(KEY, step + beyond), now) is None
    assert step_of(KEY, code_at(KEY, step), now, newest=step) is None


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "１２３４５６", "²²²²²²", "-12345"])
def test_what_is_no_code_counts_never(given):
    assert step_of(KEY, given, datetime.fromtimestamp(59, UTC)) is None


def test_the_address_is_what_applications_scan():
    key = new_key()
    assert len(base64.b32decode(key)) == 20
    address = address_of(key, "wang@x")
    assert address.startswith("otpauth://totp/%E5%B7%A1%E6%9F%A5%3Awang%40x?secret=" + key)
