"""The bare protocol: methods, formats, encodings, credentials."""

import base64
import gzip
import http.client
import json
import threading
import time
import zlib
from urllib.parse import urlencode

import lz4.frame
import pytest
from backports import zstd

from tests.connectors.history.server.conftest import WRITER_TOKEN

PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "lz4": lz4.frame.compress,
    "zstd": zstd.compress,
}


@pytest.fixture
def table(door):
    door.ask("POST", {}, b"CREATE OR REPLACE TABLE h.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")

    def rows():
        status, _, body = door.ask("POST", {}, b"SELECT n, s FROM h.t ORDER BY n FORMAT JSONCompactEachRow")
        assert status == 200
        return [(int(n), s) for n, s in map(json.loads, body.splitlines())]

    return rows


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/ping"])
def test_a_ping_needs_no_token(door, method, path):
    """`/ping` and a bare `/` say that the server is there."""
    status, _, body = door.ask(method, {}, path=path, token="")
    assert (status, body) == (200, b"Ok.\n" if method == "GET" else b"")


@pytest.mark.parametrize("encoding", [None, *PACK])
@pytest.mark.parametrize(
    ("format_name", "data"),
    [
        ("JSONEachRow", b'{"n": 1, "s": "a"}\n{"n": 2, "s": "b"}\n'),
        ("CSV", b'1,a\n2,"b"\n'),
        ("TabSeparated", b"1\ta\n2\tb\n"),
        ("RowBinary", (1).to_bytes(8, "little") + b"\x01a" + (2).to_bytes(8, "little") + b"\x01b"),
    ],
)
def test_data_in_the_body_are_inserted(door, table, format_name, data, encoding):
    """Query in the URL, data in the body, packed in as many frames as lines or bytes of it."""
    headers = {}
    if encoding is not None:
        data = b"".join(PACK[encoding](data[at : at + 7]) for at in range(0, len(data), 7))
        headers["Content-Encoding"] = encoding
    query = {"query": f"INSERT INTO h.t (n, s) FORMAT {format_name}"}
    status, got, body = door.ask("POST", query, data, headers=headers)
    assert (status, body) == (200, b"")
    assert json.loads(got["X-ClickHouse-Summary"])["written_rows"] == "2"
    assert table() == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("", b"INSERT INTO h.t FORMAT CSV\n1,a\n2,b"),
        ("", b"/* FORMAT x */ insert into h.t (`n`, s) settings async_insert=0 format CSV 1,a\n2,b"),
        ("", b"INSERT INTO h.t VALUES (1, 'a'), (2, 'b; FORMAT CSV')"),
        ("INSERT INTO h.t VALUES", b"(1, 'a'), (2, 'b')"),
        ("INSERT INTO h.t FORMAT Values", b"(1, 'a'), (2, 'b')"),
        ("INSERT INTO h.t SELECT number + 1, char(97 + number)", b"FROM numbers(2)"),
        ("INSERT INTO h.t FORMAT CSV 1,a\n", b"2,b"),
    ],
)
def test_an_insert_may_be_cut_between_url_and_body_anywhere(door, table, url, body):
    """The URL's text comes before the body's; the word FORMAT in strings and comments is no clause."""
    status, _, told = door.ask("POST", {"query": url} if url else {}, body)
    assert (status, told) == (200, b"")
    assert [n for n, _ in table()] == [1, 2]


def test_binary_data_that_begin_with_blanks_stay_whole(door, table):
    """Only one line break belongs to the statement: a RowBinary row may begin with the byte of another."""
    row = (0x0A0A).to_bytes(8, "little") + b"\x01x"
    door.ask("POST", {}, b"INSERT INTO h.t FORMAT RowBinary\n" + row)
    assert table() == [(0x0A0A, "x")]


@pytest.mark.parametrize("encoding", PACK)
def test_a_cut_body_is_refused_whole(door, table, encoding):
    """A frame that ends early is an error, not fewer rows."""
    packed = PACK[encoding](b"1\ta\n") + PACK[encoding](b"2\tb\n")[:-3]
    status, headers, body = door.ask(
        "POST", {"query": "INSERT INTO h.t FORMAT TSV"}, packed, headers={"Content-Encoding": encoding}
    )
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (400, "271")
    assert body.startswith(b"Code: 271. DB::Exception: The body is not " + encoding.encode())
    assert table() == []


@pytest.mark.slow
@pytest.mark.parametrize("encoding", PACK)
def test_a_body_that_unpacks_beyond_the_bound_is_refused(door, table, encoding):
    """257 MB of zeroes in a small body: too large (307), and the server goes on."""
    packed = PACK[encoding](bytes(257 * 1024 * 1024))
    status, headers, _ = door.ask(
        "POST", {"query": "INSERT INTO h.t FORMAT TSV"}, packed, headers={"Content-Encoding": encoding}
    )
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (413, "307")
    assert table() == []


def test_a_body_announced_beyond_the_bound_is_refused(door):
    """A plain body is bounded too."""
    status, headers, _ = door.ask(
        "POST", {"query": "INSERT INTO h.t FORMAT TSV"}, bytes(256 * 1024 * 1024 + 1)
    )
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (413, "307")


@pytest.mark.parametrize(("accepted", "chosen"), [("gzip", "gzip"), ("zstd, lz4", "lz4"), ("br", None)])
def test_an_answer_is_packed_as_accepted(door, accepted, chosen):
    """The cheapest accepted encoding is taken; none is no error."""
    unpack = {"gzip": gzip.decompress, "lz4": lz4.frame.decompress, None: bytes}[chosen]
    _, headers, body = door.ask(
        "GET", {"query": "SELECT * FROM numbers(5000)"}, headers={"Accept-Encoding": accepted}
    )
    assert headers.get("Content-Encoding") == chosen
    assert unpack(body).split() == [b"%d" % n for n in range(5000)]


def test_an_answer_is_plain_when_the_client_says_so(door):
    """enable_http_compression=0 wins over Accept-Encoding."""
    params = {"query": "SELECT * FROM numbers(5000)", "enable_http_compression": "0"}
    _, headers, body = door.ask("GET", params, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in headers
    assert body.endswith(b"4999\n")


def test_formats_come_from_clause_parameter_and_header(door):
    """FORMAT in the text wins over default_format, that over the header, and TSV is the rest."""
    ask = {"query": "SELECT 1 AS a"}
    header = {"X-ClickHouse-Format": "CSV"}
    assert door.ask("GET", ask)[2] == b"1\n"
    assert door.ask("GET", ask, headers=header)[1]["X-ClickHouse-Format"] == "CSV"
    assert door.ask("GET", ask | {"default_format": "JSONEachRow"}, headers=header)[2] == b'{"a":1}\n'
    _, headers, body = door.ask(
        "GET", {"query": "SELECT 1 AS a FORMAT TSVWithNames", "default_format": "CSV"}
    )
    assert (headers["X-ClickHouse-Format"], body) == ("TSVWithNames", b"a\n1\n")


def test_a_get_reads_only(door, table):
    """A link that somebody follows changes nothing, even with the writer's token."""
    for text in ("INSERT INTO h.t VALUES (1, 'a')", "DROP TABLE h.t", "INSERT INTO h.t FORMAT CSV 1,a"):
        status, headers, _ = door.ask("GET", {"query": text})
        assert (status, headers["X-ClickHouse-Exception-Code"]) == (403, "164")
    assert table() == []


@pytest.mark.parametrize(
    ("params", "headers"),
    [
        ({}, {"X-ClickHouse-User": "xuncha", "X-ClickHouse-Key": "wrong"}),
        ({}, {"X-ClickHouse-User": "xuncha"}),
        ({}, {"X-ClickHouse-User": "default", "X-ClickHouse-Key": ""}),
        ({"user": "reader", "password": "密"}, {}),
        ({"user": "reader", "password": "writer-" + "w" * 20}, {}),
        ({}, {}),
    ],
)
def test_a_wrong_token_is_refused(door, params, headers):
    """Code 516 for a wrong token, another user's, an unknown user and none at all."""
    status, got = _plain(door, {"query": "SELECT 1"} | params, headers)
    assert (status, got["X-ClickHouse-Exception-Code"]) == (403, "516")


def test_credentials_are_taken_from_each_of_three_places(door):
    """Headers of ClickHouse, basic authorization, URL parameters."""
    basic = base64.b64encode(f"xuncha:{WRITER_TOKEN}".encode()).decode()
    params = {"query": "SELECT 1"}
    assert _plain(door, params, {"Authorization": f"Basic {basic}"})[0] == 200
    assert _plain(door, params | {"user": "xuncha", "password": WRITER_TOKEN}, {})[0] == 200
    assert _plain(door, params, {"Authorization": "Basic %%%"})[0] == 403


def test_what_is_not_offered_is_refused_in_words(door):
    """Block compression and unknown encodings get a code and say what to use instead."""
    for params, headers in (({"compress": "1"}, {}), ({}, {"Content-Encoding": "br"})):
        status, got, body = door.ask("POST", params, b"SELECT 1", headers=headers)
        assert (status, got["X-ClickHouse-Exception-Code"]) == (501, "48")
        assert b"not offered" in body


@pytest.mark.slow
def test_a_long_query_does_not_hold_up_a_small_one(door):
    """A small query beside one of three seconds is answered long before that one ends."""
    slow = threading.Thread(target=door.ask, args=("GET", {"query": "SELECT sleep(3)"}))
    slow.start()
    while (
        door.ask("GET", {"query": "SELECT count() FROM system.processes WHERE query LIKE '%sleep(3)%'"})[2]
        < b"2"
    ):
        assert slow.is_alive()
    began = time.monotonic()
    assert door.ask("GET", {"query": "SELECT 1"})[2] == b"1\n"
    assert time.monotonic() - began < 2
    assert slow.is_alive()
    slow.join()


def _plain(door, params, headers):
    connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    try:
        connection.request("GET", f"/?{urlencode(params)}", headers=headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders())
    finally:
        connection.close()
