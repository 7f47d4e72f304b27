"""Names of hosts are looked up in the threads that the loop was given for them."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.web.names import NamesInThreads
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
