"""Which URL parameters are settings of the engine, and which of them a reader may send."""

import re
from collections.abc import Mapping

from connectors.history.server.auth import User
from connectors.history.server.errors import NOT_IMPLEMENTED, UNKNOWN_SETTING, QueryError

# read by this server itself or meaningless to one without sessions, progress and quotas
_TRANSPORT = frozenset(
    {
        *("query", "user", "password", "database", "default_format", "enable_http_compression", "query_id"),
        *("session_id", "session_timeout", "session_check", "quota_key", "role", "client_protocol_version"),
        *(
            "wait_end_of_query",
            "buffer_size",
            "send_progress_in_http_headers",
            "http_headers_progress_interval_ms",
        ),
        *("cancel_http_readonly_queries_on_client_close", "http_zlib_compression_level"),
    }
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_READER_MAY = re.compile(
    r"max_execution_time|max_result_rows|max_threads|max_block_size|result_overflow_mode|extremes|join_use_nulls"
    r"|session_timezone|date_time_(?:in|out)put_format|cast_string_to_dynamic_use_inference"
    r"|output_format_(?:arrow|binary|csv|decimal|json|native|parquet|pretty|tsv)_[a-z0-9_]+"
)
_READER_LIMITS = {
    "max_execution_time": 30,
    "max_memory_usage": 1_000_000_000,
    "max_result_bytes": 250_000_000,
    "max_result_rows": 1_000_000,
    "max_temporary_data_on_disk_size_for_query": 1_000_000_000,
    "max_threads": 2,
    # while a statement of the sink runs, a reader waits before each block, but not for ever
    "priority": 5,
    "low_priority_query_wait_time_ms": 50,
}
# an acknowledged insert is in the folder, not in a buffer of the process
_WRITER_DEFAULTS = {"async_insert": "0"}
_SINK_DEFAULTS = _WRITER_DEFAULTS | {"priority": "1"}


def engine_settings(params: Mapping[str, str], user: User) -> dict[str, str]:
    """Choose what is SET before a statement: settings sent, the server's defaults, the reader's limits.

    Whether a name exists is for the engine to say. Raises QueryError 48 for block compression, 115 for what
    can't be a name and for a setting that the reader may not send.
    """
    if params.get("compress") == "1" or params.get("decompress") == "1":
        raise QueryError.refused(
            NOT_IMPLEMENTED,
            "compress and decompress are not offered; use Accept-Encoding and Content-Encoding.",
        )
    sent = {
        name: value
        for name, value in params.items()
        if name not in _TRANSPORT and name not in {"compress", "decompress"} and not name.startswith("param_")
    }
    for name in sent:
        if not _NAME.fullmatch(name) or (user.reads_only and not _READER_MAY.fullmatch(name)):
            raise QueryError.refused(
                UNKNOWN_SETTING, f"Setting {name!r} is not one that {user.value} can send."
            )
    if not user.reads_only:
        return (_SINK_DEFAULTS if user is User.SINK else _WRITER_DEFAULTS) | sent
    return sent | {name: _clamped(sent.get(name), limit) for name, limit in _READER_LIMITS.items()}


def _clamped(value: str | None, limit: int) -> str:
    """Keep a reader's number at or under its limit; 0 (no limit to the engine) and text give the limit."""
    if value is None or not value.isascii() or not value.isdigit() or int(value) == 0:
        return str(limit)
    return str(min(int(value), limit))
