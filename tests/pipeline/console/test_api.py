"""The API of programs over HTTP: batches row by row, what is refused as a whole, and pages as JSON."""

import json

import pytest

from pipeline.access.users import Role
from pipeline.console.api.limits import Limits
from tests.pipeline.console.browsing import NOW, console_of
from tests.pipeline.console.city import USERS, copy_of
from tests.pipeline.console.programs import FixedTokens, Token, bearing
from tests.pipeline.program import rows

ALL, READER = Token("t-all"), Token("t-read", frozenset({"read"}))
EAST, WRITER = Token("t-east", scopes=(("area", "东江区"),)), Token("t-write", frozenset({"post"}))
TOKENS = FixedTokens(ALL, READER, EAST, WRITER)
JSON = {"Content-Type": "application/json"}
POST = {"type": "post", "account": {"id": "jz01"}, "at": "2026-09-18T08:30:00+08:00", "key": "k-1"}


@pytest.fixture(scope="module")
def written(city, tmp_path_factory):
    return copy_of(city, tmp_path_factory.mktemp("api"))


@pytest.fixture(scope="module")
def api(written):
    with console_of(written, *USERS.values(), now=NOW, tokens=TOKENS) as browser:
        yield browser


def send(api, batch, token=ALL, **headers):
    body = batch if isinstance(batch, bytes) else json.dumps(batch, ensure_ascii=False).encode()
    return api.client.post("/api/v1/events", content=body, headers={**JSON, **bearing(token), **headers})


def test_a_batch_is_answered_row_by_row_and_again_alike(api):
    """Definitions, API: idempotent by id, errors by row."""
    batch = [POST, {**POST, "account": {"id": "nobody"}}, {"type": "post"}, {**POST, "extra": 1}]
    first = send(api, batch)
    assert first.status_code == 200
    answers = first.json()["rows"]
    assert ["accepted", "refused", "refused", "refused"] == [a["status"] for a in answers]
    assert [0, 1, 2, 3] == [a["index"] for a in answers]
    assert all(a["problem"] and a["remedy"] for a in answers[1:])
    assert first.content == send(api, batch).content


def test_lines_are_taken_as_an_array_is(api):
    """NDJSON: a row a line, blank lines passed over."""
    lines = "\n\n".join(json.dumps({**POST, "key": f"line-{n}"}) for n in range(3))
    answer = send(api, lines.encode(), **{"Content-Type": "application/x-ndjson"})
    assert ["accepted"] * 3 == [a["status"] for a in answer.json()["rows"]]


@pytest.mark.parametrize(
    ("body", "headers", "status", "problem"),
    [
        (b"[", {}, 422, "invalid"),
        (b"{}", {}, 422, "invalid"),
        (b"\xff\xfe[]", {}, 422, "invalid"),
        (b"[" * 100_000, {}, 422, "invalid"),
        (b"[]", {"Content-Type": "text/plain"}, 415, "wrong_type"),
        (b"[]", {"Content-Encoding": "gzip"}, 415, "wrong_type"),
        (b"[]", {"Authorization": "Bearer xct_nobody"}, 401, "no_token"),
        (b"[]", {"Authorization": "Basic eDp5"}, 401, "no_token"),
        (b"[" + b"1," * 1000 + b"1]", {}, 422, "invalid"),
        (b'"' + b"x" * (4 << 20) + b'"', {}, 413, "too_large"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole(api, body, headers, status, problem):
    """One shape of errors, in Chinese, with a code that stays."""
    answer = send(api, body, **headers)
    assert (status, problem) == (answer.status_code, answer.json()["problem"])
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["said"]


def test_rows_that_are_no_objects_are_refused_alone(api):
    """Whatever stands in a row, the row beside it is taken."""
    odd = [1, None, [], "x", {"type": "what"}, {"type": "post", "account": {"id": {"$": 1}}, "at": 5}, POST]
    answers = send(api, odd).json()["rows"]
    assert ["refused"] * 6 + ["accepted"] == [a["status"] for a in answers]


def test_a_token_that_does_too_much_waits(written):
    """429 with Retry-After; each token has its own measure."""
    limits = Limits(rows_per_s=1, rows_at_once=2, requests_per_s=100, requests_at_once=100)
    with console_of(written, now=NOW, tokens=TOKENS, limits=limits) as api:
        assert 200 == send(api, [POST, POST]).status_code
        answer = send(api, [POST, POST])
        assert (429, "too_many") == (answer.status_code, answer.json()["problem"])
        assert 1 <= int(answer.headers["retry-after"]) <= 3
        assert 200 == send(api, [POST], EAST).status_code


def test_a_token_hands_in_what_it_may(api):
    """By kind and by area."""
    look = {"type": "look", "account": {"id": "jz01"}, "at": "2026-09-18T08:30:00+08:00", "shows": "none"}
    (answer,) = send(api, [look], WRITER).json()["rows"]
    assert "type" == answer["field"]
    (answer,) = send(api, [POST], EAST).json()["rows"]
    assert "account" == answer["field"]


def test_a_cookie_opens_no_door_for_programs(api):
    """A browser that is signed in cannot be made to hand observations in."""
    api.sign_in(USERS[Role.CLERK])
    answer = api.client.post("/api/v1/events", content=b"[]", headers=JSON)
    api.sign_in(None)
    assert 401 == answer.status_code


def test_what_was_taken_stands_in_the_registry_of_facts(api, written):
    """A finding by the API is a finding as any."""
    finding = {
        "type": "finding",
        "account": {"name": "江州文旅", "platform": "抖音"},
        "at": "2026-09-17",
        "rule": "发布商业广告",
        "finder": "某监测公司",
    }
    (answer,) = send(api, [finding]).json()["rows"]
    found = {row["finding_id"]: row for row in rows(written, "findings", "list")}
    assert "yellow-6-advertising" == found[answer["id"]]["rule"]


def test_pages_are_read_as_json_with_the_rights_of_the_page(api):
    """A program that may not read, or nobody, reads nothing; what is not there is 404 in JSON."""
    for headers in ({}, bearing(WRITER)):
        assert 401 == api.client.get("/api/v1/parts", headers=headers).status_code
    missing = api.client.get("/api/v1/no-such-page", headers=bearing(READER))
    assert (404, "not_found") == (missing.status_code, missing.json()["problem"])
    api.sign_in(USERS[Role.ADMIN])
    shown = api.client.get("/parts", headers={"Accept": "application/json"})
    api.sign_in(None)
    assert "application/json" in shown.headers["content-type"]
    assert "/parts" == shown.json()["path"]
    listing = next(v for v in shown.json()["data"].values() if isinstance(v, dict) and "rows" in v)
    assert {"title", "columns", "rows", "found", "total", "page", "pages"} <= listing.keys()


def test_the_description_names_the_routes_of_programs_alone(api):
    """OpenAPI 3.1, without a page route."""
    document = api.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/events", "/api/v1/hints", "/api/v1/{page}"} == document["paths"].keys()
    row = document["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert 1000 == row["maxItems"]
