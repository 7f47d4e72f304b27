"""Parts beside the accounts: their paragraphs, annexes and figures are printed, and read back."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from connectors.documents.marks import unmarked
from connectors.publish.documents import document_of, documents_of
from connectors.publish.reading import read_bulletin
from connectors.publish.tables import annexes_of
from events.beside import BesideAccounts, BesideAnnex, BesideParagraph
from events.bulletin import Extras
from events.figures import Conventions, Figure
from projections.bulletin.content import content_of
from projections.bulletin.read_back import beside_faults, compare, said_of
from tests.connectors.publish import bulletins as b
from tests.projections.bulletin.city import material, row, silent

KNOWN_AT = datetime(2023, 2, 20, 8, tzinfo=UTC)
SITES = BesideAccounts(
    part="websites",
    paragraphs=(
        BesideParagraph("overall", "政府网站", "检查政府网站{sites_checked}家，{braces}不变。"),
        BesideParagraph("practices", "网站做法", "甲局网站评分较高。"),
        BesideParagraph(
            "problems",
            "网站内容保障不到位",
            "乙局网站{sites_named}个栏目超期未更新，见附件{sites_named_table}。",
        ),
    ),
    annexes=(
        BesideAnnex(
            name="sites_named_table",
            title="存在突出问题的政府网站名单",
            page="网站",
            columns=("网站", "问题"),
            rows=(("乙局", "栏目超期"), ("=丙局", "首页不更新")),
            widths=(20, 40),
            note="网站单独计算。",
        ),
    ),
    figures=(Figure("sites_checked", 44), Figure("sites_named", 2)),
    labels={"sites_checked": "检查网站数", "sites_named": "点名网站数"},
)


def told(*rows, parts=(SITES,)):
    """Return the content of a bulletin with other parts."""
    made = content_of(
        material(*rows), Conventions(), "public", extras=Extras(), beside=parts, beside_known_at=KNOWN_AT
    )
    return replace(made, finish=b.FINISH)


@pytest.mark.parametrize("ending", ["docx", "html", "xlsx"])
def test_parts_beside_the_accounts_are_read_back_as_written(ending):
    """Figures, rows of the further annex and the moment of its facts come back from every file."""
    content = told(row(1), silent(2, 20))
    files = documents_of(content, b.templates())
    read = read_bulletin(f"x.{ending}", files[ending], annexes_of(content))
    assert compare(read.places, read.annex, content, said_of(content)) == []
    assert beside_faults(read.beside, content) == []
    assert read.places["sites_checked"][0] == "44"


def test_a_changed_figure_and_a_changed_row_are_named():
    """Another number of sites, or a row that is not there, is a fault."""
    content = told(row(1), silent(2, 20))
    files = documents_of(content, b.templates())
    read = read_bulletin("x.docx", files["docx"], annexes_of(content))
    more = replace(SITES, figures=(Figure("sites_checked", 45), Figure("sites_named", 2)))
    other = told(row(1), silent(2, 20), parts=(more,))
    assert len(compare(read.places, read.annex, other, said_of(other))) == 1
    fewer = replace(SITES.annexes[0], rows=SITES.annexes[0].rows[:1])
    assert len(beside_faults(read.beside, told(row(1), parts=(replace(SITES, annexes=(fewer,)),)))) == 1
    swapped = replace(SITES.annexes[0], rows=SITES.annexes[0].rows[::-1])
    assert len(beside_faults(read.beside, told(row(1), parts=(replace(SITES, annexes=(swapped,)),)))) == 2


def blocks(content):
    """Return the blocks of its document as (kind, lead, text)."""
    return [(block.kind, block.lead, block.text) for block in document_of(content, b.templates()).blocks]


def test_annexes_are_numbered_where_there_are_two():
    """Seed 003: annex 1 lists the accounts, annex 2 what the other part names; before the closing both are listed."""
    found = blocks(told(row(1), silent(2, 20)))
    assert [text for kind, _, text in found if kind == "attachment"] == ["附件1", "附件2"]
    listed = next(text for kind, _, text in found if text.startswith("附件：") and kind == "paragraph")
    assert listed == "附件：1.检查发现存在问题的政务新媒体名单；2.存在突出问题的政府网站名单"
    assert ("caption", "", "存在突出问题的政府网站名单") in found
    assert ("note", "", "网站单独计算。") in found
    assert any(unmarked(text).endswith("超期未更新，见附件2。") for _, _, text in found)


def test_the_text_names_the_annex_of_the_accounts_by_its_number():
    """Where there are two annexes, the accounts that the text leaves out stand in the first."""
    found = blocks(told(row(1), *(silent(n, 30) for n in range(2, 12))))
    assert any(unmarked(text).endswith("其余见附件1。") for _, _, text in found)


def test_a_city_without_problems_of_accounts_still_prints_those_of_its_sites():
    """The chapter of problems and the annex stand where any part has one."""
    found = blocks(told(row(1)))
    assert [text for kind, _, text in found if kind == "attachment"] == ["附件"]
    assert any(unmarked(text).endswith("见附件。") for _, _, text in found)
    assert any(lead.endswith("网站内容保障不到位。") for _, lead, _ in found)
    assert "存在问题" in "".join(text for kind, _, text in found if kind == "heading")


def test_a_bulletin_without_other_parts_says_nothing_of_them():
    """No moment, no list of annexes, one annex without a number."""
    made = content_of(
        material(row(1), silent(2, 20)), Conventions(), "public", extras=Extras(), beside_known_at=KNOWN_AT
    )
    found = blocks(made)
    assert made.beside_known_at is None
    assert [text for kind, _, text in found if kind == "attachment"] == ["附件"]
    assert not any(text.startswith("附件：") for _, _, text in found)
