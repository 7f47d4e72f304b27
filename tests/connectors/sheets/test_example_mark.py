"""Sheets of an invented city are known by their properties."""

import io
import zipfile

import pytest

from connectors.sheets.example_mark import EXAMPLE, is_marked
from connectors.sheets.laid_out import LaidOut, laid_out_workbook

PAGE = LaidOut(name="账号", above=(), header=(("账号名称",),), rows=(("江城发布",),), widths=(20,))


def test_the_mark_stands_among_the_properties():
    """A sheet without it is none, whatever its cells say."""
    assert is_marked(laid_out_workbook([PAGE], keywords=EXAMPLE))
    assert is_marked(laid_out_workbook([PAGE], keywords=f"台账 {EXAMPLE}"))
    said = LaidOut(name=EXAMPLE, above=(EXAMPLE,), header=PAGE.header, rows=PAGE.rows, widths=PAGE.widths)
    assert not is_marked(laid_out_workbook([said]))


@pytest.mark.parametrize(
    "content", [b"", "账号名称\n示例数据\n".encode(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0"], ids=repr
)
def test_what_is_no_workbook_is_no_example(content):
    """Nor is a package without properties."""
    assert not is_marked(content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("a.xml", content)
    assert not is_marked(packed.getvalue())
