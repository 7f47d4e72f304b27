"""The mark of sheets of an invented city: a word among the properties of a workbook, which survives Word and WPS."""

import io
import re
import zipfile

EXAMPLE = "示例数据"
_CORE = "docProps/core.xml"
_MOST_BYTES = 64 * 1024
_MARK = re.compile(rf"<(?:\w+:)?keywords>[^<]*{EXAMPLE}")


def is_marked(content: bytes) -> bool:
    """Tell whether a file is a workbook that says of itself that it is an example."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package, package.open(_CORE) as part:
            core = part.read(_MOST_BYTES)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
        return False
    return _MARK.search(core.decode("utf-8", "replace")) is not None
