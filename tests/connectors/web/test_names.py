"""Names of hosts are looked up in the threads that the loop was given for them."""

import asyncio
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from connectors.web.names import Names, NamesInThreads
from pipeline.patrol.loop import new_loop

LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_loop])


@LOOPS
def test_a_name_has_the_addresses_of_the_machine(loop):
    """What is written as an address needs no server of names, and keeps its port."""

    async def ask():
        return await NamesInThreads().resolve("127.0.0.1", 443)

    with asyncio.Runner(loop_factory=loop) as runner:
        (found,) = runner.run(ask())
    assert ("127.0.0.1", "127.0.0.1", 443) == (found["hostname"], found["host"], found["port"])


@LOOPS
def test_a_name_that_is_not_there_is_an_error_of_the_system(loop):
    """The connector tells by it that a host is not found."""

    async def ask():
        await NamesInThreads().resolve("nobody.invalid", 443)

    with asyncio.Runner(loop_factory=loop) as runner, pytest.raises(OSError, match=r".+"):
        runner.run(ask())


@LOOPS
def test_names_wait_for_the_threads_of_the_loop_and_for_no_others(loop):
    """With the one thread busy nothing is looked up; the patrol gives as many threads as there are looks at once."""
    free = threading.Event()

    async def ask():
        threads = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(threads)
        busy = threads.submit(free.wait, 30)
        asked = asyncio.create_task(NamesInThreads().resolve("127.0.0.1", 443))
        done, _ = await asyncio.wait([asked], timeout=0.2)
        free.set()
        assert not done
        assert await asked
        assert busy.result()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(ask())


class Asked(AbstractResolver):
    """Knows two addresses of every host but one, and counts who asks."""

    def __init__(self):
        self.hosts = []

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.hosts.append(host)
        await asyncio.sleep(0.01)
        if host == "nobody.test":
            raise OSError("no such host")
        return [
            ResolveResult(hostname=host, host=f"192.0.2.{i}", port=port, family=family, proto=0, flags=0)
            for i in (1, 2)
        ]

    async def close(self):
        pass


def test_whoever_asks_for_a_host_at_once_or_within_a_minute_asks_together():
    """And each begins with another address of it; one that gives up leaves the look-up to the others."""
    passed, asked = [0.0], Asked()

    async def run():
        names = Names(asked, clock=lambda: passed[0])
        impatient = asyncio.create_task(names.addresses("a.test", 443))
        others = [asyncio.create_task(names.addresses("a.test", 443)) for _ in range(3)]
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(*others)
        first = [(await names.addresses("a.test", 443))[0][4][0] for _ in range(3)]
        passed[0] = 60.0
        await names.addresses("a.test", 443)
        await names.close()
        return first

    assert ["192.0.2.2", "192.0.2.1", "192.0.2.2"] == asyncio.run(run())
    assert ["a.test", "a.test"] == asked.hosts


def test_a_host_that_is_not_found_is_asked_for_again():
    """A failure is kept for nobody."""
    asked = Asked()

    async def run():
        names = Names(asked)
        for _ in range(2):
            with pytest.raises(OSError, match="no such host"):
                await names.addresses("nobody.test", 443)

    asyncio.run(run())
    assert 2 == len(asked.hosts)


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1"])
def test_a_number_that_is_no_whole_address_is_no_host(host):
    """The system would read one in its own way."""
    with pytest.raises(ValueError, match=re.escape(host)):
        asyncio.run(Names(Asked()).addresses(host, 80))
