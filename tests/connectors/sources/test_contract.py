"""What every kind of source does alike, against a real server."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sources.kind import Answer, Memory, Watched
from connectors.sources.kinds import KINDS
from tests.connectors.sources.cases import CASES, SECRET, Case
from tests.connectors.sources.site import PlainWeb, Site, at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LOG_IN = "<html><head><title>请重新登录</title></head><body>扫码</body></html>".encode()
HUMAN = b"<html><head><title>Just a moment...</title></head><body><h1>Verify you are human</h1></body></html>"
QUOTA = b'{"errcode":45009,"errmsg":"reach max api daily quota limit"}'

TROUBLES: dict[str, tuple[Any, set[str]]] = {
    "log_in_page": (LOG_IN, {"no_feed", "log_in"}),
    "verify_you_are_human": (HUMAN, {"no_feed", "log_in"}),
    "code_of_quota_in_a_good_answer": (QUOTA, {"quota"}),
    "too_many_requests": ((429, {"Retry-After": "120"}, b""), {"answered", "quota"}),
    "server_error": ((503, {}, b"<html>busy</html>"), {"answered"}),
    "gone": ((410, {}, b""), {"gone"}),
    "not_found": ((404, {}, b""), {"gone", "answered"}),
    "a_pdf": ((200, {"Content-Type": "application/pdf"}, b"%PDF-1.7\n\x00\xff\xfe" * 50), {"no_feed"}),
    "nothing": (b"", {"no_feed"}),
    "zeros": (b"\0" * 300, {"no_feed"}),
    "another_json": (b'{"hello": [1, 2, {"deep": "' + b"x" * 900 + b'"}]}', {"no_feed"}),
}
every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def looks(case: Case, *answers: Any) -> list[Answer]:
    """Look once at each answer, with one instance and the memory of the look before."""

    async def act(site: Site, web: PlainWeb) -> list[Answer]:
        kind, memory, found = case.build(site.origin), Memory(), []
        watched = Watched("a", case.address(site.origin))
        for answer in answers:
            site.says = case.says(answer)
            found.append(await kind.look(watched, memory, web, NOW))
            memory = found[-1].memory
            assert found[-1].requests >= 1
            assert kind.lane(watched)
        if case.good in (answers[0], answers[0][-1]):
            assert found[0].feed is not None
            shown = [item.native_key for item in found[0].feed.shown]
            assert shown == [key.format(origin=site.origin) for key in case.keys]
        for one in found:
            if one.failure is not None:
                assert len(one.failure.detail) <= 200
                assert site.origin not in one.failure.detail
                assert SECRET not in one.failure.detail
        return found

    return at({}, act)


def test_the_suite_knows_every_kind():
    """A kind that is added to the registry has its case here."""
    assert sorted(case.name for case in CASES) == sorted(kind.name for kind in KINDS)
    assert len({kind.preference for kind in KINDS}) == len(KINDS)


@every
def test_a_good_answer_is_a_feed_and_the_same_again_is_unchanged(case):
    """Items have keys and times; with 304 or the same bytes nothing is read twice."""
    tagged = (200, {"ETag": '"1"'}, case.good)
    first, second, third = looks(case, tagged, tagged, case.good)
    assert first.feed is not None
    assert first.feed.proves
    assert all(item.published_at < NOW for item in first.feed.items)
    assert (second.unchanged, third.unchanged) == (True, True)
    assert (second.failure, second.feed, second.signs) == (None, None, ())


@every
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_a_failure_with_its_reason(case, trouble):
    """Nothing is raised, nothing is taken for an empty list, and what was remembered goes on."""
    answer, reasons = TROUBLES[trouble]
    first, second, third = looks(case, case.good, answer, case.good)
    assert first.feed is not None
    assert second.feed is None
    assert not second.unchanged
    assert second.failure is not None
    assert second.failure.reason in reasons, second.failure.detail
    assert second.memory == first.memory
    assert third.unchanged
    if trouble == "too_many_requests":
        assert second.failure.wait == timedelta(seconds=120)
    if trouble == "code_of_quota_in_a_good_answer":
        assert second.failure.of_lane


@every
def test_what_was_cut_short_proves_nothing(case):
    """Half of an answer is a failure, or a feed that says that it is damaged; a 304 never vouches for it."""
    half = (200, {"ETag": '"2"'}, case.good[: len(case.good) * 3 // 5])
    for answer in looks(case, half, half)[:2]:
        assert answer.failure is not None or (answer.feed is not None and not answer.unchanged)
        proves = answer.feed is not None and answer.feed.proves
        assert not proves or case.name == "site"  # a page has no end that could be missing


@every
def test_an_empty_list_is_never_remembered(case):
    """Whether it means that nothing was posted is for others to say; the next look asks for all of it again."""
    empty = (200, {"ETag": '"3"'}, case.empty)
    for answer in looks(case, empty, empty):
        assert not answer.unchanged
        assert answer.failure is not None or (answer.feed is not None and answer.feed.entries == 0)


@every
def test_no_connection_is_a_failure(case):
    """A server that is not there says nothing, and nothing is raised."""

    async def act(_: Site, web: PlainWeb) -> Answer:
        gone = "http://127.0.0.1:9"  # discard: nobody listens
        return await case.build(gone).look(Watched("a", case.address(gone)), Memory(), web, NOW)

    answer = at({}, act)
    assert answer.failure is not None
    assert answer.failure.reason == "no_connection"


@every
def test_whatever_the_bytes_a_look_ends_with_an_answer(case):
    """Answers that were cut, doubled, turned around or mixed up raise nothing, and none is taken for a good one."""
    chance = random.Random(case.name)
    broken = []
    for _ in range(60):
        body = bytearray(case.good)
        for _ in range(chance.randrange(1, 6)):
            start = chance.randrange(len(body))
            end = min(len(body), start + chance.randrange(1, 40))
            piece = body[start:end]
            match chance.randrange(4):
                case 0:
                    del body[start:end]
                case 1:
                    body[start:start] = piece * chance.randrange(1, 50)
                case 2:
                    body[start:end] = bytes(reversed(piece))
                case _:
                    body[start:end] = bytes(chance.randrange(256) for _ in piece)
            body = body or bytearray(b"x")
        broken.append(bytes(body))
    for answer in looks(case, *broken):
        assert answer.feed is not None or answer.failure is not None or answer.unchanged


class Same(dict[str, Any]):
    """Whatever the path, one answer."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def get(self, *_: object) -> Any:
        return self._answer


@every
def test_a_probe_raises_nothing(case):
    """It says that a log-in works or not, or nothing where that cannot be told; and it names no secret."""

    async def act(site: Site, web: PlainWeb) -> None:
        for answer in [*(answer for answer, _ in TROUBLES.values()), case.good, b"[]", b'{"data": null}']:
            site.says = Same(answer)
            found = await case.build(site.origin).probe(web, NOW)
            assert found is None or (SECRET not in found.detail and len(found.detail) <= 200)

    at({}, act)
