"""Interpretation from a sheet to the bulletin: paragraph, figures, annex 2; a draft keeps what it knew."""

import pytest

from connectors.publish.reading import read_bulletin
from connectors.publish.tables import annexes_of
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from pipeline.office.bulletin.draft import bulletin_state
from pipeline.office.bulletin.preview import composed_as
from tests.pipeline.inputs import sheet
from tests.pipeline.office.bulletin.conftest import ROUND
from tests.pipeline.program import asked, done, rows, xuncha

HEADERS = ("文号", "标题", "牵头起草部门", "发布日期", "解读形式", "解读链接", "解读日期")
SHORT = ("某水〔2021〕66号", "某资金管理细则", "某市水利局", "2021-05-02", "", "", "")
ONE = (
    "某水〔2021〕57号",
    "某实施细则",
    "某市水利局",
    "2021-05-18",
    "问答",
    "https://example.cn/57",
    "2021-05-20",
)
MET = ("某财〔2021〕1号", "某补助办法", "某市财政局", "2021-05-20", "图解", "", "2021-05-21")
AGAIN = ("某财[2021]1号", "", "", "", "H5", "", "2021-05-22")


def test_documents_are_listed_with_what_is_missing(frozen, tmp_path):
    """A row with the number alone speaks of a document that is known; the same file again adds nothing."""
    path = sheet(tmp_path / "jiedu.csv", HEADERS, SHORT, ONE, MET, AGAIN)
    assert asked(frozen, "interpretation", "import", path)["events"] == 6
    assert asked(frozen, "interpretation", "import", path)["events"] == 0
    listed = rows(frozen, "interpretation", "list")
    assert [(row["number"], row["missing"], row["state"]) for row in listed] == [
        ("某水〔2021〕66号", 2, "short"),
        ("某水〔2021〕57号", 1, "short"),
        ("某财〔2021〕1号", 0, "met"),
    ]
    done(frozen, "interpretation", "withdraw", "某财〔2021〕1号", "--form", "H5", "--reason", "登记有误")
    assert [row["missing"] for row in rows(frozen, "interpretation", "missing")] == [2, 1, 1]
    unknown = sheet(tmp_path / "x.csv", HEADERS, ("某财〔2021〕9号", "", "", "", "H5", "", "2021-05-22"))
    assert (
        "nobody told of document 某财〔2021〕9号 before"
        in xuncha(frozen, "interpretation", "import", unknown).complaint
    )


@pytest.mark.slow
def test_a_bulletin_prints_interpretation_and_its_draft_keeps_what_it_knew(frozen, tmp_path):
    """湘潭 2022Q3: a paragraph and annex 2; what is told behind the draft changes the next draft alone."""
    done(frozen, "interpretation", "import", sheet(tmp_path / "jiedu.csv", HEADERS, SHORT, ONE, MET))
    done(frozen, "bulletin", "draft", ROUND)
    done(frozen, "bulletin", "check", ROUND)
    folder = frozen / "bulletins" / ROUND / "public"
    with open_workspace(Home(frozen)) as workspace:
        state = bulletin_state(workspace, ROUND, "public")
        content = composed_as(workspace, ROUND, state).content
    assert state.draft.beside_known_at is not None
    read = read_bulletin("x.docx", (folder / f"{ROUND}.docx").read_bytes(), annexes_of(content))
    assert read.places["documents_short"] == ("3",)
    assert [row[1] for row in read.beside["documents_short_table"]] == [SHORT[0], ONE[0], MET[0]]
    done(frozen, "interpretation", "import", sheet(tmp_path / "mehr.csv", HEADERS, MET, AGAIN))
    assert asked(frozen, "bulletin", "check", ROUND)["faults"] == []
    done(frozen, "bulletin", "draft", ROUND)
    read = read_bulletin("x.docx", (folder / f"{ROUND}.docx").read_bytes(), annexes_of(content))
    assert read.places["documents_short"] == ("2",)
