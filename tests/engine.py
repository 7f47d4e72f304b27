"""The engine of a history in the process of a test: without code that is compiled for questions that come again.

An engine compiles an expression once it meets it for the third time, and anew in each folder that is opened. That
takes half a second and pays where a history is large; homes of tests are small, and there are many of them. Processes
that tests start have the engine as it is.
"""

from typing import Any

import chdb

_AS_GIVEN = "&".join(
    f"{name}=0"
    for name in ("compile_expressions", "compile_aggregate_expressions", "compile_sort_description")
)
_connect = chdb.connect


def connect(path: str = ":memory:", **options: Any) -> Any:
    """Open an engine as `chdb.connect` does, for which this stands in."""
    return _connect(path if path == ":memory:" else f"{path}?{_AS_GIVEN}", **options)


chdb.connect = connect
