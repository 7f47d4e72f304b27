"""Office files that are damaged, locked or odd are refused with their reason, by every reader of them."""

import io
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from connectors.filings.errors import SheetError
from connectors.filings.forms.docx_reading import read_docx_form
from connectors.filings.forms.docx_writing import docx_form
from connectors.filings.kinds.accounts import ACCOUNTS
from connectors.filings.packages import require_sound_package
from connectors.publish.errors import UnreadableDocumentError
from connectors.publish.reading import read_document
from tests.connectors.filings.forms.samples import form
from tests.connectors.filings.odd_packages import ODD
from tests.connectors.filings.tables import read_table

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
        read_document(f"odd{suffix}", change(packages[suffix]))


def test_a_good_package_passes(packages):
    """Neither the forms nor the workbooks of the libraries have anything odd."""
    for content in packages.values():
        checked(content)


def test_a_document_type_between_two_pieces_is_seen(monkeypatch, packages):
    """A part is read in pieces; what stands over the seam counts."""
    content = ODD["document type"][0](packages[".xlsx"])
    for size in (50, 57, 61):
        monkeypatch.setattr("connectors.filings.packages._CHUNK", size)
        with pytest.raises(SheetError, match="declares a document type"):
            checked(content)


def test_a_fault_of_our_own_is_not_called_damage(monkeypatch, packages):
    """Who reads “is damaged” saves the file again, in vain; only what the library meets is damage."""

    def broken(_head: bytes) -> None:
        raise LookupError("ours")

    monkeypatch.setattr("connectors.filings.packages._wrong_encoding", broken)
    with pytest.raises(LookupError, match="ours"):
        checked(packages[".xlsx"])
