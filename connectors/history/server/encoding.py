"""Content encodings of bodies: gzip, deflate, lz4 and zstd, in as many frames as the sender likes."""

import gzip
import zlib
from collections.abc import Callable
from typing import Protocol, cast

import lz4.frame  # type: ignore[import-untyped]
from backports import zstd

from connectors.history.server.errors import CANNOT_DECOMPRESS, NOT_IMPLEMENTED, TOO_MANY_BYTES, QueryError

MAX_BODY_BYTES = 256 * 1024 * 1024
_SMALLEST_PACKED_BYTES = 512
_SLICE_BYTES = 256 * 1024
_STEP_BYTES = 1024 * 1024  # lz4 takes memory for all that it may give back


class _Frame(Protocol):
    """One frame being unpacked: the interface that bz2, lz4 and zstd decompressors share."""

    eof: bool
    needs_input: bool
    unused_data: bytes | None

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _ZlibFrame:
    """A zlib stream behind the interface of the others."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._stream.eof and not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._stream.decompress(self._stream.unconsumed_tail + data, max_length)


_FRAMES: dict[str, Callable[[], _Frame]] = {
    "lz4": lambda: cast("_Frame", lz4.frame.LZ4FrameDecompressor()),
    "zstd": lambda: cast("_Frame", zstd.ZstdDecompressor()),
    "gzip": lambda: cast("_Frame", _ZlibFrame(wbits=31)),
    "deflate": lambda: cast("_Frame", _ZlibFrame(wbits=15)),
}
_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "lz4": lz4.frame.compress,
    "zstd": lambda data: zstd.compress(data, level=1),
    "gzip": lambda data: gzip.compress(data, compresslevel=1),
    "deflate": lambda data: zlib.compress(data, level=1),
}


def unpack(body: bytes, encoding: str, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Unpack a body to its last frame.

    clickhouse-connect sends each block of 16,384 rows as a frame of its own; whoever stops after the first
    loses the rest in silence. Raises QueryError 307 above `max_bytes`, 271 for damaged or cut data, 48 for an
    encoding that is not offered.
    """
    if encoding in {"", "identity"}:
        return body
    if encoding not in _FRAMES:
        raise QueryError.refused(
            NOT_IMPLEMENTED,
            f"Content-Encoding {encoding!r} is not offered; send one of {', '.join(_FRAMES)}.",
        )
    try:
        return _unpack_frames(memoryview(body), _FRAMES[encoding], max_bytes)
    except (RuntimeError, EOFError, zlib.error, zstd.ZstdError) as error:
        raise QueryError.refused(CANNOT_DECOMPRESS, f"The body is not {encoding}: {error}.") from None


def _unpack_frames(body: memoryview, new_frame: Callable[[], _Frame], max_bytes: int) -> bytes:
    unpacked = bytearray()
    frame, fed = new_frame(), False
    for start in range(0, len(body), _SLICE_BYTES):
        rest = bytes(body[start : start + _SLICE_BYTES])
        while rest or not (frame.needs_input or frame.eof):
            unpacked += frame.decompress(rest, _STEP_BYTES)
            fed, rest = True, b""
            if len(unpacked) > max_bytes:
                raise QueryError.refused(
                    TOO_MANY_BYTES,
                    f"The body is larger than {max_bytes} bytes unpacked; send smaller batches.",
                )
            if frame.eof:
                rest = frame.unused_data or b""
                frame, fed = new_frame(), False
    if fed:
        raise EOFError("it ends inside a frame")
    return bytes(unpacked)


def pack(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """Pack an answer with the cheapest encoding that the client accepts; None where it stays as it is."""
    offers = {name.strip() for name in accepted.lower().split(",") if ";" not in name}
    chosen = next((name for name in _PACKERS if name in offers), None)
    if chosen is None or len(body) < _SMALLEST_PACKED_BYTES:
        return body, None
    return _PACKERS[chosen](body), chosen
