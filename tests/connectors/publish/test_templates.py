"""Templates of an office: sandboxed, and each fault named by file and line."""

import io

import docx
import pytest
from msgspec.structs import replace

from connectors.documents.docx_writer import write_docx
from connectors.documents.errors import TemplateError
from connectors.documents.html import write_html
from connectors.documents.words import chinese_number
from connectors.publish.documents import document_of, documents_of
from connectors.publish.reading import read_bulletin
from connectors.publish.templates import load_templates, write_templates
from tests.connectors.publish import bulletins as b
from tests.projections.bulletin.city import row, silent

PROVENANCE = "> {{ ruleset }} {{ check_point }} {{ known_at }} {{ run_id }} {{ digest }}\n"


def with_text(text):
    return replace(load_templates(), text=text)


def with_layout(templates, **changed):
    return replace(templates, layout=replace(templates.layout, **changed))


def words(text, content=None):
    return [
        (block.kind, block.lead + block.text)
        for block in document_of(content or b.content(row(1)), with_text(text)).blocks
    ]


ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ checked.__init__.__globals__ }}",
    "{{ accounts.__class__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id') }}",
    "{{ checked | attr('__class__') }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ practices.append(1) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ 'x' * 10000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{% for i in range(10000000) %}{% endfor %}",
    "{{ '%50000000d' % 1 }}",
    "{{ '{:50000000}'.format(1) }}",
    "{{ 'a'.ljust(50000000) }}",
    "{{ 'a'.rjust(50000000) }}",
    "{{ 'a'.center(50000000) }}",
    "{{ 'a'.zfill(50000000) }}",
    "{{ 'a\t'.expandtabs(50000000) }}",
    "{{ ('a' * 50000).replace('a', 'a' * 50000) }}",
    "{{ ('a' * 50000).join(range(50000)) }}",
    "{{ (1).to_bytes(50000000, 'big') }}",
    "{{ 'a' | center(50000000) }}",
    "{{ 'a' | indent(50000000, true) }}",
    "{{ '%50000000d' | format(1) }}",
    "{{ ('a' * 50000) | replace('a', 'a' * 50000) }}",
    "{{ range(50000) | join('a' * 50000) }}",
    "{{ [1] | batch(50000000, 1) | list }}",
    "{{ [1] | tojson(50000000) }}",
    "{{ lipsum(10) }}",
    "{% set t = 'a' * 50000 %}" + "{% set t = t ~ t %}" * 12,
    "{% set t = 'a' * 50000 %}" + "{% set t = t + t %}" * 12,
    "{% set t = 'a' * 50000 %}" + "{% set t %}{{ t }}{{ t }}{% endset %}" * 12,
]


@pytest.fixture(scope="module")
def one_account():
    """A bulletin of one account, put into words."""
    return document_of(b.content(row(1)), load_templates())


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_sandbox_refuses(one_account, attack):
    """No attributes of Python, no other files, nothing endless; in the words, on the page, and in the DOCX."""
    with pytest.raises(TemplateError, match=r"bulletin\.txt, line 2"):
        document_of(b.content(row(1)), with_text(f"一行\n{attack}\n"))
    own = load_templates()
    with pytest.raises(TemplateError, match=r"bulletin\.html, line 1"):
        write_html(one_account, with_layout(own, page=attack).layout)
    document = docx.Document(io.BytesIO(own.layout.docx))
    document.add_paragraph(attack)
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(TemplateError, match=r"bulletin\.docx"):
        write_docx(one_account, with_layout(own, docx=out.getvalue()).layout)


def test_a_fault_in_the_docx_keeps_its_cause():
    """Who looks after the program sees where the library met it."""
    own = load_templates()
    document = docx.Document(io.BytesIO(own.layout.docx))
    document.add_paragraph("{{ 7 // 0 }}")
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(TemplateError) as caught:
        documents_of(b.content(row(1)), with_layout(own, docx=out.getvalue()))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_fault_of_our_own_is_not_one_of_the_template(monkeypatch):
    """An office cannot correct in its template what the program does wrong."""

    def broken(*_given):
        raise KeyError("ours")

    content, own = b.content(row(1)), load_templates()
    document = document_of(content, own)
    monkeypatch.setattr("connectors.documents.docx_writer.shown_of", broken)
    with pytest.raises(KeyError, match="ours"):
        write_docx(document, own.layout)


def test_a_document_is_bounded_as_a_whole():
    """Many texts of a reasonable length make none that fills the memory."""
    with pytest.raises(TemplateError, match=r"bulletin\.txt: a text of more than 10000000 characters"):
        words("{% for i in range(50000) %}{{ 'a' * 50000 }}{% endfor %}")


def test_texts_of_reasonable_length_are_made():
    """What an office writes in earnest is not refused: remainders, joined and added texts, methods of a text."""
    told = words(
        "{{ 7 % 4 }}{{ [1, 2] | join('、') }}{{ 'a' + 'b' }}{{ 1 ~ '号' }}{{ ' c '.strip().upper() }}"
    )
    assert [("paragraph", "31、2ab1号C")] == told


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("一\n二\n{{ pass_rat }}", 3, "pass_rat"),
        ("{% if checked %}\n一", 2, "endif"),
        ("一\n{{ checked | nofilter }}", 2, "nofilter"),
        ("一\n二\n\n{{ 1 / 0 }}", 4, "zero"),
        ("{% for p in accounts_by_tier %}\n{{ p.kee }}\n{% endfor %}", 2, "kee"),
    ],
)
def test_a_fault_names_file_and_line(text, line, said):
    """So that an office finds it in its own file."""
    with pytest.raises(TemplateError, match=rf"bulletin\.txt, line {line}: .*{said}"):
        words(text)


@pytest.mark.parametrize(
    ("text", "said"), [("@table none", "tier, platform"), ("@chart none", "none"), ("@tabel x", "@table")]
)
def test_a_table_or_chart_that_is_not_there_is_named(text, said):
    """The message says which there are."""
    with pytest.raises(TemplateError, match=said):
        words(text)


def test_headings_are_numbered_by_themselves():
    """Parts that fall away leave no gap in the numbers (GB/T 9704: 一、 and （一）)."""
    told = words("# 甲\n## 子\n文\n## 丑\n文\n\n# 乙\n## 寅\n文\n> 注\n")
    assert [
        ("heading", "一、甲"),
        ("paragraph", "（一）子。文"),
        ("paragraph", "（二）丑。文"),
        ("heading", "二、乙"),
        ("paragraph", "（一）寅。文"),
        ("note", "注"),
    ] == told


@pytest.mark.parametrize(
    ("n", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三"), (99, "九十九")]
)
def test_chinese_numbers_of_headings(n, text):
    """One to ninety-nine."""
    assert text == chinese_number(n)


def test_figures_compare_as_numbers():
    """Conditions of a template see the value, its text shows the figure."""
    content = b.content(silent(1, 20), row(2))
    told = words(
        "{% if failed > 0 and unknown == 0 and failed < 2 %}有{% endif %}{% if unknown %}无{% endif %}",
        content,
    )
    assert [("paragraph", "有")] == told


def test_a_figure_in_an_offices_own_words_is_read_back():
    """Wherever an office writes a figure, the checker finds it again."""
    content = b.content(silent(1, 20), row(2))
    text = (
        "我市{{ checked }}个，再说一次{{ checked }}个，{{ accounts_by_tier[0].value }}个。\n@table annex\n"
        + PROVENANCE
    )
    documents = documents_of(content, with_text(text))
    for ending in ("docx", "html"):
        places = read_bulletin(f"x.{ending}", documents[ending]).places
        assert (("2", "2"), ("2",)) == (places["checked"], places["accounts_by_tier.0"])


def test_an_office_changes_the_docx_in_word(tmp_path):
    """A paragraph more in its own DOCX template stands in the bulletin."""
    write_templates(tmp_path)
    path = tmp_path / "bulletin.docx"
    document = docx.Document(path)
    document.add_paragraph("{{ office }}内部编号")
    document.save(path)
    made = documents_of(b.content(row(1)), load_templates(tmp_path))["docx"]
    assert "内部编号" in "".join(p.text for p in docx.Document(io.BytesIO(made)).paragraphs)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bulletin.toml", b"[conventions]\ndigits = 9\n", "digits"),
        ("bulletin.toml", b"colour = 1\n", "colour"),
        ("bulletin.toml", b"\xff", "bulletin.toml"),
        ("bulletin.txt", b"\xff\xfe", "UTF-8"),
        ("bulletin.docx", b"no zip", "not a Word document"),
    ],
)
def test_a_template_that_cannot_be_read_is_named(tmp_path, name, content, said):
    """The file and what is wrong with it."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TemplateError, match=said):
        documents_of(b.content(row(1)), load_templates(tmp_path))


def test_templates_are_written_once(tmp_path):
    """A file that an office changed stays."""
    assert 4 == len(write_templates(tmp_path))
    (tmp_path / "bulletin.txt").write_text("改过", "utf-8")
    assert [] == write_templates(tmp_path)
    assert "改过" == load_templates(tmp_path).text
