"""Bodies of answers: read and unpacked no further than a bound, whatever the other side sends."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterable

ENCODINGS = "gzip, deflate"
"""What we ask for; an answer that is packed otherwise was not asked for, and is not unpacked."""

SMALL_BYTES = 1 << 20
"""Bodies up to here are read side by side; larger ones take turns, so that memory stays bounded."""

_LARGE_AT_ONCE = 3
_PIECE = 256 * 1024


class BodyTooLargeError(Exception):
    """A body, or what it unpacks to, goes beyond the bound."""


class BodyBrokenError(Exception):
    """A body cannot be unpacked: another encoding, or bytes that are none of it."""


class BodyReader:
    """Reads bodies; `most` bytes of one, as it comes and unpacked."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def read(
        self, more: Callable[[], Awaitable[bytes]], encoding: str, length: int | None = None
    ) -> bytes:
        """Return the whole body, unpacked; `more` reads on, `length` is what its header says.

        Raises `BodyTooLargeError` and `BodyBrokenError`.
        """
        if length is not None and length > self._most:
            raise BodyTooLargeError
        unpacked = _unpacker(encoding, self._most)
        parts: list[bytes] = []
        size = packed = 0
        is_large = False
        try:
            while piece := await more():
                packed += len(piece)
                if packed > self._most:
                    raise BodyTooLargeError
                for part in unpacked.take(piece):
                    size += len(part)
                    parts.append(part)
                    if size > SMALL_BYTES and not is_large:
                        await self._large.acquire()
                        is_large = True
            unpacked.finish()
            return b"".join(parts)
        finally:
            if is_large:
                self._large.release()


class _Plain:
    """A body that is not packed."""

    def take(self, piece: bytes) -> Iterable[bytes]:
        return (piece,)

    def finish(self) -> None:
        pass


class _Deflated:
    """A body in gzip or deflate; what it unpacks to is counted before it is made."""

    def __init__(self, most: int, wbits: int) -> None:
        self._left = most
        self._wbits = wbits
        self._object = zlib.decompressobj(wbits)
        self._begun = False

    def take(self, piece: bytes) -> Iterable[bytes]:
        while piece:
            if self._object.eof:
                if self._wbits < zlib.MAX_WBITS + 16:
                    return  # bytes behind the end of a stream say nothing
                self._object = zlib.decompressobj(self._wbits)  # gzip may be of several members
            part = self._unpack(piece)
            self._left -= len(part)
            if self._left < 0:
                raise BodyTooLargeError
            yield part
            piece = self._object.unconsumed_tail or self._object.unused_data

    def finish(self) -> None:
        if self._begun and not self._object.eof:
            raise BodyBrokenError

    def _unpack(self, piece: bytes) -> bytes:
        most = min(_PIECE, self._left + 1)
        try:
            part = self._object.decompress(piece, most)
        except zlib.error:
            if self._begun or self._wbits != zlib.MAX_WBITS:
                raise BodyBrokenError from None
            self._wbits = -zlib.MAX_WBITS  # many servers say deflate and leave its header out
            self._object = zlib.decompressobj(self._wbits)
            self._begun = True
            return self._unpack(piece)
        self._begun = True
        return part


def _unpacker(encoding: str, most: int) -> _Plain | _Deflated:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Deflated(most, zlib.MAX_WBITS + 16)
        case "deflate":
            return _Deflated(most, zlib.MAX_WBITS)
    raise BodyBrokenError
