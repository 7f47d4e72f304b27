"""People who are planted through every door: refused there, and found nowhere, after the refusals and after erasing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.forms.docx_writing import docx_form
from connectors.forms.xlsx import xlsx_forms
from tests.connectors.forms.samples import form
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, feed, feed_file, sheet
from tests.pipeline.program import asked, done, rows, xuncha
from tests.pipeline.traces import files_of, texts_of_export, texts_of_history

NAME, NUMBER = "轩辕植丁", "17600051123"
PERSON = ("单位", "角色", "姓名", "职务", "联系方式")
FINDINGS = ("账号ID", "问题", "发现时间", "发现单位", "说明")
WITHIN = "2021-06-01 10:00"

Door = Callable[[Path, str, dict[str, str]], tuple[object, ...]]


def from_sheet(*words: object, header: tuple[str, ...], row: tuple[str, ...]) -> Door:
    """A command that takes a sheet; {} stands for what is planted."""

    def door(folder: Path, text: str, _: dict[str, str]) -> tuple[object, ...]:
        cells = [cell.replace("{}", text) for cell in row]
        return *words, sheet(folder / "s.xlsx", [h.replace("{}", text) for h in header], cells)

    return door


def from_options(*words: str) -> Door:
    """A command with options; {} stands for what is planted, {finding} and the like for an id of the home."""

    def door(_: Path, text: str, ids: dict[str, str]) -> tuple[object, ...]:
        return tuple(word.replace("{}", text).format(**ids) if "{" in word else word for word in words)

    return door


def from_file(*words: object, name: str, write: Callable[[str], bytes]) -> Door:
    """A command that takes another file."""

    def door(folder: Path, text: str, _: dict[str, str]) -> tuple[object, ...]:
        (folder / name).write_bytes(write(text))
        return *words, folder / name

    return door


ACCOUNT = ("账号ID", "账号名称", "平台", "主办单位")
EFFECTIVE = ("--effective", "2021-06-01")
DOORS: dict[str, Door] = {
    "section of an account": from_sheet(
        "accounts", "import", header=(*ACCOUNT, "管理科室"), row=("n1", "甲", "抖音", "某局", "综合科{}")
    ),
    "option of a closing": from_options(
        "filings", "file", c.UNSEEN, "--kind", "关停", *EFFECTIVE, "--reason", "请找{}"
    ),
    "note of a finding": from_sheet(
        "findings", "import", header=FINDINGS, row=(c.POSTING, "发布商业广告", WITHIN, "某公司", "编辑{}")
    ),
    "plan of a round": from_file(
        *("round", "announce"),
        name="plan.toml",
        write=lambda text: (
            f'name = "r1"\ncheck_point = 2021-06-17T12:00:00+08:00\ntitle = "{text}检查"\n'.encode()
        ),
    ),
    "form in DOCX": from_file(
        *("filings", "file", "--form"),
        name="f.docx",
        write=lambda text: docx_form(form(people={}, section=f"{text}科室")),
    ),
}
MORE: dict[str, Door] = {
    "unknown column of an account": from_sheet(
        "accounts", "import", header=(*ACCOUNT, "对接"), row=("n2", "甲", "抖音", "某局", "{}")
    ),
    "header of an unknown column": from_sheet(
        "accounts", "import", header=(*ACCOUNT, "由{}跟进"), row=("n3", "甲", "抖音", "某局", "是")
    ),
    "description of an account": from_sheet(
        "accounts", "import", header=(*ACCOUNT, "简介"), row=("n4", "甲", "抖音", "某局", "{}主理")
    ),
    "duties of a unit": from_sheet(
        "units",
        "import",
        header=("单位代码", "单位名称", "单位类别", "职责关键词"),
        row=("u", "某局", "主办单位", "{}"),
    ),
    "finder of a finding": from_sheet(
        "findings", "import", header=FINDINGS, row=(c.POSTING, "发布商业广告", WITHIN, "{}", "")
    ),
    "reason of a filing": from_sheet(
        "filings",
        "import",
        header=("账号ID", "备案类型", "生效时间", "原因"),
        row=(c.SERVICE, "关停", "2021-06-01", "{}说明"),
    ),
    "flag in a sheet": from_sheet(
        "focus",
        "flag",
        header=("账号ID", "反馈时间", "反馈单位", "风险"),
        row=(c.POSTING, WITHIN, "某公司", "找{}"),
    ),
    "flag": from_options(
        *("focus", "flag", "--account", c.POSTING, "--by", "{}", "--at", "2021-06-10T10:00:00+08:00")
    ),
    "upper check": from_sheet(
        "upper-checks",
        "import",
        header=("账号ID", "检查层级", "检查时间", "检查结果", "备注"),
        row=(c.POSTING, "省级", "2021-05-20", "合格", "{}告知"),
    ),
    "withdrawn finding": from_options("findings", "withdraw", "{finding}", "--reason", "{}认错"),
    "withdrawn post": from_options(
        *("posts", "withdraw", "--account", c.POSTING, "--at", "2021-06-16 08:30", "--reason", "{}看错")
    ),
    "application": from_options(
        *("filings", "apply", "--name", "乙", "--platform", "抖音", "--owner", "某局", "--purpose", "{}")
    ),
    "opinion": from_options(
        "filings", "opinion", "{case}", "--by", "office", "--approve", "--text", "{}同意"
    ),
    "forms in XLSX": from_file(
        *("filings", "apply", "--form"),
        name="f.xlsx",
        write=lambda text: xlsx_forms(
            [
                form(
                    people={},
                    effective_on=None,
                    reason=f"{text}要求",
                    owner_opinion=None,
                    office_opinion=None,
                )
            ]
        ),
    ),
    "stop notice": from_options("accounts", "stop-notice", c.UNSEEN, "--title", "{}告别"),
    "spotted account": from_options("registry", "spot", "--name", "乙", "--platform", "抖音", "--note", "{}"),
    "counterfeit": from_options(
        *("counterfeits", "suspect", "--name", "丙", "--platform", "抖音", "--finder", "{}")
    ),
    "reference of evidence": from_options(
        *("counterfeits", "suspect", "--name", "丙", "--platform", "抖音", "--reference", "{}处")
    ),
    "name of a source": lambda folder, text, _: (
        *("feed", "read", feed_file(folder / "feed.xml", at("2021-06-17 11:00")), "--source", text),
        *("--account", c.POSTING, "--looked-at", "2021-06-17T13:00:00+08:00"),
    ),
    "reason of the access log": from_options("people", "show", "{person}", "--why", "找{}"),
    "who asks of the access log": from_options("people", "show", "{person}", "--why", "联络", "--by", "{}"),
}

TAKES_NUMBERS = {"unknown column of an account"}
"""Doors that put a number into the people store."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A small city that knows a person, with a finding, an application, and a dead letter that holds her."""
    folder = tmp_path_factory.mktemp("planted")
    home = folder / "home"
    c.build(home, folder)
    people = sheet(folder / "people.csv", PERSON, (c.OFFICE, "联系人", NAME, "", NUMBER))
    done(home, "people", "import", people)
    words = ("--name", "丁", "--platform", "抖音", "--owner", "某局", "--at", "2021-06-01")
    bad = f"<item><title>{NAME} {NUMBER}</title><guid>{NAME}</guid><pubDate>{NAME}</pubDate></item>"
    text = feed([at("2021-06-17 11:30")]).replace("</channel>", f"{bad}</channel>")
    (folder / "bad.xml").write_text(text, "utf-8")
    looked = ("--account", c.POSTING, "--looked-at", "2021-06-17T12:30:00+08:00")
    assert asked(home, "feed", "read", folder / "bad.xml", *looked)["dead_letters"] == 1
    return home, {
        "finding": rows(home, "findings", "list")[0]["finding_id"],
        "case": asked(home, "filings", "apply", *words)["cases"][0],
        "person": rows(home, "people", "list")[0]["person_id"],
    }


def require_refusals(planted: tuple[Path, dict[str, str]], folder: Path, doors: dict[str, Door]) -> None:
    home, ids = planted
    for name, door in doors.items():
        for text in (NAME,) if name in TAKES_NUMBERS else (NAME, "１７６ 0005-1123"):
            answer = xuncha(home, *door(folder, text, ids))
            assert answer.status == 2, (name, text, answer.out, answer.err)
            for secret in (NAME, NUMBER, "1123"):
                assert secret not in answer.out + answer.err, (name, answer.err)


@pytest.mark.slow
def test_every_door_refuses_a_person(planted, tmp_path):
    """Sheets, options, plans and forms: exit 2, and the message repeats neither name nor number."""
    require_refusals(planted, tmp_path, DOORS)


@pytest.mark.long
def test_every_other_door_refuses_a_person(planted, tmp_path):
    """Each reader and each command that takes a text."""
    require_refusals(planted, tmp_path, MORE)


@pytest.mark.slow
def test_a_person_is_found_nowhere_outside_the_people_store(planted, tmp_path):
    """Home, history and exports; dead letters hold what a source showed until she is erased."""
    home, ids = planted
    secrets = [NAME, NUMBER]
    done(home, "export", tmp_path / "before")
    assert NAME in texts_of_export(tmp_path / "before")
    for secret in secrets:
        assert secret not in texts_of_history(home)
    erased = asked(home, "people", "erase", ids["person"], "--reason", "本人申请")
    assert (erased["dead_letters"], erased["wiped"]) == ([1], True)
    done(home, "export", tmp_path / "after")
    (letter,) = rows(home, "dead-letters", "list")
    assert letter["place"] == "item 2"
    for secret in secrets:
        assert secret.encode() not in files_of(home)
        assert secret.encode() not in files_of(tmp_path / "after")
        assert secret not in texts_of_history(home)
        assert secret not in texts_of_export(tmp_path / "after")
