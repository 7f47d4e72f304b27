"""Names of hosts, looked up in the threads of whoever runs the loop: a slow one holds up no more than its own."""

import asyncio
import ipaddress
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import partial

from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

_KEPT_S = 60.0
_HOSTS = 1_000  # whose addresses are kept


class Names:
    """The addresses of hosts, kept for a minute; whoever asks for a host meanwhile waits for the same look-up."""

    def __init__(self, resolver: AbstractResolver, clock: Callable[[], float] = time.monotonic) -> None:
        self._resolver, self._clock = resolver, clock
        self._kept: OrderedDict[tuple[str, int], tuple[float, deque[AddrInfoType]]] = OrderedDict()
        self._asked: dict[tuple[str, int], asyncio.Task[list[AddrInfoType]]] = {}

    async def addresses(self, host: str, port: int) -> list[AddrInfoType]:
        """Return where a host can be reached, each time beginning with another one of its addresses.

        Raises `OSError` where there is no such host, and `ValueError` for a number that is no whole IPv4 address.
        """
        key = host, port
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept[0] < _KEPT_S:
            kept[1].rotate(-1)
            return list(kept[1])
        if ":" in host:
            return [_address(host, port)]
        if host.replace(".", "").isdigit():
            return [_address(str(ipaddress.IPv4Address(host)), port)]
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.create_task(self._ask(host, port))
            asked.add_done_callback(partial(self._answered, key))
        return list(await asyncio.shield(asked))  # one that is given up leaves the look-up to the others

    async def close(self) -> None:
        """Give up what is being looked up."""
        for asked in self._asked.values():
            asked.cancel()
        await self._resolver.close()

    async def _ask(self, host: str, port: int) -> list[AddrInfoType]:
        found = await self._resolver.resolve(host, port, socket.AF_UNSPEC)
        return [_address(one["host"], one["port"]) for one in found]

    def _answered(self, key: tuple[str, int], asked: asyncio.Task[list[AddrInfoType]]) -> None:
        del self._asked[key]
        if asked.cancelled() or asked.exception() is not None:
            return
        self._kept.pop(key, None)
        self._kept[key] = self._clock(), deque(asked.result())
        while len(self._kept) > _HOSTS:
            self._kept.popitem(last=False)


def _address(address: str, port: int) -> AddrInfoType:
    if ":" in address:
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0)
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)


class NamesInThreads(AbstractResolver):
    """Looks names up in the loop's own executor; the pool of another library's loop has four threads for them."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host; raises `OSError` where there is none."""
        ask = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(None, ask)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=of,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for of, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing is open."""
