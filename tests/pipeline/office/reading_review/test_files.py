"""Files that are read with the lexicon: sheets, documents, pages, pictures; what cannot be read holds up nothing."""

import sys

import pytest
from docx import Document

from connectors.sheets.errors import SheetError
from pipeline.home.settings import ReadingReview
from pipeline.office.document_texts import NotReadError
from pipeline.office.reading_review.files import files_in, texts_in
from tests.connectors.wording.words import WRONG
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.reading_review.review_home import BANNED, FIRST, listed, read, titles, with_lexicon
from tests.pipeline.program import xuncha

NOTHING = ReadingReview()


def texts(path, settings=NOTHING, *, of_accounts=False):
    return [found.text for found in texts_in(path, settings, of_accounts=of_accounts)]


def test_a_word_document_is_read_as_it_is_shown(tmp_path):
    """Paragraphs and cells of tables, a line each; a word over two runs is one word."""
    document = Document()
    paragraph = document.add_paragraph("甲")
    paragraph.add_run("乙")
    document.add_table(1, 1).cell(0, 0).text = "丙"
    document.save(tmp_path / "a.docx")
    (text,) = texts(tmp_path / "a.docx")
    assert ["甲乙", "丙"] == [line for line in text.split("\n") if line]


def test_pages_and_plain_texts_are_read(tmp_path):
    """In UTF-8 or GB18030; of a page what is shown."""
    (tmp_path / "a.html").write_text("<p>甲<b>乙</b></p><script>丙</script>", "utf-8")
    (tmp_path / "a.txt").write_text("甲乙", "gb18030")
    assert ["\n甲乙\n"] == texts(tmp_path / "a.html")
    assert ["甲乙"] == texts(tmp_path / "a.txt")


def test_a_sheet_gives_titles_and_texts_by_row(tmp_path):
    """A link names the post in any file; without one the file and the row do."""
    path = sheet(
        tmp_path / "a.csv", ("标题", "正文", "链接"), ("甲", "乙", "https://a.test/1"), ("丙", "", "")
    )
    found = texts_in(path, NOTHING, of_accounts=False)
    assert [("甲", "title"), ("乙", "body"), ("丙", "title")] == [(one.text, one.where) for one in found]
    assert {"https://a.test/1"} == {one.post for one in found[:2]}
    assert found[2].post.endswith(":3")
    with pytest.raises(SheetError, match="账号ID"):
        texts_in(path, NOTHING, of_accounts=True)


def test_a_picture_goes_through_the_command_of_the_settings(tmp_path):
    """Without a command it is not read, and says so."""
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(NotReadError, match="ocr names no command"):
        texts(tmp_path / "a.png")
    with pytest.raises(NotReadError, match=r"a \.exe file is not read"):
        (tmp_path / "a.exe").write_bytes(b"x")
        texts(tmp_path / "a.exe")
    settings = ReadingReview(ocr=(sys.executable, "-c", "print('甲乙')"))
    (found,) = texts_in(tmp_path / "a.png", settings, of_accounts=False)
    assert ("甲乙\n", "image") == (found.text, found.where)


def test_a_folder_gives_the_files_that_may_be_read(tmp_path):
    """Those of folders below too; hidden ones, links and other kinds are left out."""
    for name in ("b.txt", "sub/a.docx", ".hidden/c.txt", ".d.txt", "e.exe"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "l.txt").symlink_to(tmp_path / "b.txt")
    assert ["b.txt", "a.docx"] == [path.name for path in files_in([tmp_path])]


def test_a_folder_is_read_though_one_file_cannot_be(city, tmp_path):
    """Each file is told with its numbers or its problem; rows of unknown accounts are named."""
    with_lexicon(city)
    folder = tmp_path / "in"
    folder.mkdir()
    titles(folder, FIRST, ("NOBODY", f"{WRONG}通知", "", ""))
    (folder / "b.docx").write_bytes(b"no document")
    told = read_failing(city, folder)
    by_name = {file["path"].rpartition("/")[2]: file for file in told["files"]}
    assert ([3], 1) == (by_name["titles.xlsx"]["rows_of_strangers"], by_name["titles.xlsx"]["suspected"])
    assert by_name["b.docx"]["problem"]
    assert 1 == len(listed(city))


def read_failing(home, path):
    """Read what is not all in order: exit 1, with all that was read."""
    answer = xuncha(home, "review", "run", path, "--json")
    assert 1 == answer.status
    return answer.json


def test_a_document_is_of_the_account_that_is_named(city, tmp_path):
    """A document does not say whose it is; without a name it is refused before anything is written."""
    with_lexicon(city)
    path = tmp_path / "稿件.txt"
    path.write_text(f"文中{BANNED}一词", "utf-8")
    refused = xuncha(city, "review", "run", path)
    assert (2, True) == (refused.status, "whose texts are these" in refused.complaint)
    told = read(city, path, "--account", c.NAMES[c.SILENT])
    assert 1 == len(told["suspicions"])
    assert [c.SILENT] == [row["account_id"] for row in listed(city)]
