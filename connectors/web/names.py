"""Names of hosts, looked up in the threads of whoever runs the loop: a slow one holds up no more than its own."""

import asyncio
import socket
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult


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
