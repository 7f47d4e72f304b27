"""Looks at feeds over TLS, each on a new connection: the patrol, a bare loop of the library, another parser."""

import asyncio
import ssl
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import feedparser
import msgspec

from pipeline.patrol.loop import new_loop
from tests.patrol_load.client import LoopbackNames
from tests.patrol_load.feeds import BIG
from tests.patrol_load.run import certificates, patrol_under_load, serving
from tests.patrol_load.server import feed

_AT_ONCE = 64


async def _bare(port: int, authority: Path, number: int) -> float:
    """Fetch as often on the loop of the patrol, and read nothing; returns CPU seconds."""
    context = ssl.create_default_context(cafile=str(authority))
    connector = aiohttp.TCPConnector(resolver=LoopbackNames(), ssl=context, force_close=True, limit=_AT_ONCE)
    turns = asyncio.Semaphore(_AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def fetch(i: int) -> None:
            async with turns, session.get(f"https://{BIG}:{port}/good/x{i}.xml") as answer:
                await answer.read()

        began = time.process_time()
        await asyncio.gather(*(fetch(i) for i in range(number)))
        return time.process_time() - began


def _parsed(number: int) -> float:
    """Read as many feeds with feedparser; returns CPU seconds."""
    body = feed("x")
    began = time.process_time()
    for _ in range(number):
        feedparser.parse(body)
    return time.process_time() - began


def main(number: int) -> None:
    """Print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        authority, certificate = certificates(Path(folder))
        with serving(certificate) as port, asyncio.Runner(loop_factory=new_loop) as runner:
            bare_s = runner.run(_bare(port, authority, number))
    with tempfile.TemporaryDirectory() as folder:
        load = patrol_under_load(Path(folder), number, faulty=False)
    told = {
        "patrol_per_s": number / load.figures["cpu_seconds"],
        "bare_per_s": number / bare_s,
        "feedparser_per_s": number / (bare_s + _parsed(number)),
        "peak_mb": load.figures["peak_mb"],
    }
    sys.stdout.write(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
