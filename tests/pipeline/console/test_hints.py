"""Hints of programs: taken by token and area, idempotent, and never a fact."""

import json
from contextlib import closing

import pytest

from events.instants import to_micros
from pipeline.home.folder import Home
from pipeline.home.patrol_store import open_patrol_store
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.programs import FixedTokens, Token, bearing
from tests.pipeline.program import rows

HINTING = Token("t-hints", frozenset({"hint"}))
EAST = Token("t-east", frozenset({"hint"}), (("area", "东江区"),))
WRITER = Token("t-write", frozenset({"post", "look", "read"}))
TOKENS = FixedTokens(HINTING, EAST, WRITER)
AT = "2026-09-18T09:00:00+08:00"
HINT = {"account": {"id": "jz01"}, "at": AT}


@pytest.fixture(scope="module")
def written(city, tmp_path_factory):
    return copy_of(city, tmp_path_factory.mktemp("hints"))


@pytest.fixture(scope="module")
def api(written):
    with console_of(written, now=NOW, tokens=TOKENS) as browser:
        yield browser


def send(api, body, token=HINTING, kind="application/json"):
    """Send hints, and return the answer."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return api.client.post("/api/v1/hints", content=content, headers={"Content-Type": kind, **bearing(token)})


def waiting(home):
    """Return the hints that the patrol will see."""
    with closing(open_patrol_store(Home(home))) as store:
        return store.hints(to_micros(NOW))


def test_a_hint_waits_for_the_patrol_and_is_no_fact(api, written):
    """One object as webhooks send it, the same again, and an older one: one hint, and the trail knows of none."""
    before = rows(written, "changes", "--since", "2026-09-18")
    older = {**HINT, "at": "2026-09-18T08:00:00+08:00"}
    answers = [send(api, one) for one in (HINT, HINT, [older, HINT])]
    assert [200] * 3 == [answer.status_code for answer in answers]
    assert {"rows": [{"status": "accepted", "index": 0}]} == answers[0].json() == answers[1].json()
    ((account, at),) = waiting(written).items()
    assert account.endswith("jz01")
    assert at == to_micros(NOW.replace(minute=0))
    assert before == rows(written, "changes", "--since", "2026-09-18")


def test_hints_are_answered_row_by_row(api):
    """Definitions, API: what is wrong with one says nothing about the others; a day ahead is no hint."""
    batch = [
        HINT,
        {"at": AT},
        {**HINT, "account": {"id": "nobody"}},
        {**HINT, "at": "2026-09-20"},
        {**HINT, "x": 1},
    ]
    lines = "\n".join(json.dumps(one) for one in batch).encode()
    answers = send(api, lines, kind="application/x-ndjson").json()["rows"]
    assert ["accepted", *["refused"] * 4] == [one["status"] for one in answers]
    assert ["account", "at"] == [one["field"] for one in answers[2:4]]
    assert all(one["problem"] and one["remedy"] for one in answers[1:])


def test_a_token_hints_at_what_it_is_about(api):
    """One for an area tells of its own accounts; one without the kind, or none, opens nothing."""
    refused, taken = (
        send(api, {**HINT, "account": {"id": one}}, EAST).json()["rows"][0] for one in ("jz01", "jz17")
    )
    assert ("refused", "account", "accepted") == (refused["status"], refused["field"], taken["status"])
    for token in (WRITER, Token("nobody")):
        answer = send(api, HINT, token)
        assert (401, "no_token") == (answer.status_code, answer.json()["problem"])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"[", "application/json", 422),
        (b"1", "application/json", 422),
        (b"[" + b"1," * 1000 + b"1]", "application/json", 422),
        (b"{}", "text/plain", 415),
    ],
)
def test_a_body_of_no_hints_is_refused_as_a_whole(api, body, kind, status):
    """As batches of observations are."""
    assert status == send(api, body, kind=kind).status_code
