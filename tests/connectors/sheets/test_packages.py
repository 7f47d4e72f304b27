"""Office files that are damaged, locked or odd are refused with their reason, by every reader of them."""

import io
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from connectors.documents.errors import UnreadableDocumentError
from connectors.forms.docx_reading import read_docx_form
from connectors.forms.docx_writing import docx_form
from connectors.publish.reading import read_bulletin
from connectors.sheets.errors import SheetError
from connectors.sheets.kinds.accounts import ACCOUNTS
from connectors.sheets.packages import require_sound_package
from tests.connectors.forms.samples import form
from tests.connectors.sheets.odd_packages import ODD, with_changed, with_part
from tests.connectors.sheets.tables import read_table

LIMIT = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def packages() -> dict[str, bytes]:
    out = io.BytesIO()
    Workbook().save(out)
    return {".docx": docx_form(form()), ".xlsx": out.getvalue()}


def checked(content: bytes) -> None:
    require_sound_package(
        Path("a.xlsx"),
        content,
        limit=LIMIT,
        noun="workbook",
        suffix=".xlsx",
        again="save it again",
        smaller="split it",
    )


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_an_odd_package_is_refused_by_name_within_a_second(tmp_path, packages, suffix, name):
    """Whatever is wrong with the package: file and reason, no error of a library, and no waiting."""
    change, problem = ODD[name]
    path = tmp_path / f"odd{suffix}"
    path.write_bytes(change(packages[suffix]))
    begun = time.process_time()
    with pytest.raises(SheetError, match=problem) as caught:
        read_docx_form(path) if suffix == ".docx" else read_table(path, ACCOUNTS)
    assert time.process_time() - begun < 1
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("name", ["wrong byte", "zip version", "encrypted", "bad name", "document type"])
@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_a_bulletin_in_an_odd_package_is_refused_alike(packages, suffix, name):
    """A bulletin that somebody hands in to be checked is read under the same bounds."""
    change, problem = ODD[name]
    with pytest.raises(UnreadableDocumentError, match=problem):
        read_bulletin(f"odd{suffix}", change(packages[suffix]))


def test_a_good_package_passes(packages):
    """Neither the forms nor the workbooks of the libraries have anything odd."""
    for content in packages.values():
        checked(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("customXml/item8.xml", '<?xml version="1.0" encoding="utf-16"?><属性/>'.encode("utf-16")),
        ("CustomXML/item9.xml", b"<!DOCTYPE form><form/>"),
        ("customXml/item7.xml", b"<form data='" + b"7" * 3_000_000 + b"'/>"),
    ],
)
def test_data_of_other_programs_is_not_looked_at(packages, name, content):
    """It travels along in files that came through a document server, and nobody here reads it."""
    for package in packages.values():
        checked(with_part(name, content)(package))


def test_a_picture_that_is_xml_is_not_looked_at(packages):
    """Drawing programs begin one with a document type."""
    types = b'<Default Extension="svg" ContentType="image/svg+xml"/></Types>'
    picture = with_part("xl/media/image1.svg", b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" ""><svg/>')
    for package in packages.values():
        typed = with_changed("[Content_Types].xml", lambda xml: xml.replace(b"</Types>", types))(package)
        checked(picture(typed))


@pytest.mark.parametrize("kind", ["spreadsheetml.worksheet", "wordprocessingml.document.main"])
def test_a_page_among_the_data_of_other_programs_is_looked_at(packages, kind):
    """A library may find a part by its type, wherever it lies."""
    types = (
        '<Override PartName="/customXml/item8.xml"'
        f' ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/></Types>'
    ).encode()
    typed = with_changed("[Content_Types].xml", lambda xml: xml.replace(b"</Types>", types))
    hidden = with_part("customXml/item8.xml", b"<!DOCTYPE x><x/>")
    with pytest.raises(SheetError, match=r"document type in customXml/item8\.xml"):
        checked(hidden(typed(packages[".xlsx"])))


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@pytest.mark.parametrize("folder", ["customXml", "data"])
def test_a_link_to_what_was_not_looked_at_is_damage(tmp_path, packages, suffix, folder):
    """What is read has been checked: neither data of other programs nor a part without the ending of XML."""
    name, target = f"{folder}/item8.{'xml' if folder == 'customXml' else 'bin'}", b"styles.xml"
    rels = "word/_rels/document.xml.rels" if suffix == ".docx" else "xl/_rels/workbook.xml.rels"
    there = b"/" + name.encode()
    change = with_changed(
        rels, lambda xml: xml.replace(b"/xl/" + target, there).replace(b'"' + target, b'"' + there)
    )
    path = tmp_path / f"linked{suffix}"
    path.write_bytes(with_part(name, b"<x/>")(change(packages[suffix])))
    with pytest.raises(SheetError, match=f"damaged.*{name} is no name of such a part"):
        read_docx_form(path) if suffix == ".docx" else read_table(path, ACCOUNTS)


def test_a_document_type_between_two_pieces_is_seen(monkeypatch, packages):
    """A part is read in pieces; what stands over the seam counts."""
    content = ODD["document type"][0](packages[".xlsx"])
    for size in (50, 57, 61):
        monkeypatch.setattr("connectors.sheets.packages._CHUNK", size)
        with pytest.raises(SheetError, match="declares a document type"):
            checked(content)


def test_a_fault_of_our_own_is_not_called_damage(monkeypatch, packages):
    """Who reads “is damaged” saves the file again, in vain; only what the library meets is damage."""

    def broken(_head: bytes) -> None:
        raise LookupError("ours")

    monkeypatch.setattr("connectors.sheets.packages._wrong_encoding", broken)
    with pytest.raises(LookupError, match="ours"):
        checked(packages[".xlsx"])
