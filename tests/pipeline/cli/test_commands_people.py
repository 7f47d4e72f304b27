"""Responsible people through the commands: stored apart, listed with a reason, erased everywhere."""

import stat
from pathlib import Path

import pytest

from tests.pipeline import small_city
from tests.pipeline.inputs import sheet
from tests.pipeline.program import asked, done, rows, xuncha
from tests.pipeline.traces import files_of, texts_of_export, texts_of_history

UNIT = "某市人民政府办公室"
HEADERS = ("单位", "角色", "姓名", "职务", "联系方式")
LEADER = (UNIT, "主要领导", "欧阳主任", "主任", "13900004321")
EDITOR = (UNIT, "总编辑", "司马小编", "科员", "0512-66778899")
ALL_SECRETS = ("欧阳主任", "13900004321", "司马小编", "66778899")


@pytest.fixture
def people(home: Path, tmp_path: Path) -> dict[str, str]:
    """Ids of two people of a unit, by role as shown."""
    done(home, "people", "import", sheet(tmp_path / "people.csv", HEADERS, LEADER, EDITOR))
    return {row["role"]: row["person_id"] for row in rows(home, "people", "list")}


def test_a_person_is_added_and_shown_by_id(home):
    """`people add` prints the id, `people show` reads it back; role by title or by code."""
    words = ("--name", "欧阳主任", "--post", "主任", "--phone", "13900004321")
    person_id = done(home, "people", "add", "--unit", UNIT, "--role", "主要领导", *words).out.strip()
    assert (
        person_id
        == asked(home, "people", "add", "--unit", UNIT, "--role", "main_leader", *words)["person_id"]
    )
    (shown,) = rows(home, "people", "show", person_id, "--why", "整改通知")
    assert shown == {
        "unit": UNIT,
        "role": "主要领导",
        "name": "欧阳主任",
        "post": "主任",
        "phone": "13900004321",
        "person_id": person_id,
        **dict.fromkeys(("wecom", "dingtalk", "feishu", "mail"), ""),
    }


def test_the_store_is_a_file_that_only_this_user_reads(home, people):
    """Design promise 11: SQLite in the home, 0600."""
    assert people
    assert stat.S_IMODE((home / "people.sqlite").stat().st_mode) == 0o600


def test_a_sheet_imported_again_changes_nobody(home, people, tmp_path):
    """CSV or XLSX: the same people keep their ids."""
    done(home, "people", "import", sheet(tmp_path / "people.xlsx", HEADERS, LEADER, EDITOR))
    assert people == {row["role"]: row["person_id"] for row in rows(home, "people", "list")}


def test_a_sheet_with_a_wrong_row_is_refused_whole(home, tmp_path):
    """Each wrong cell is named, and nobody is stored."""
    wrong = [LEADER, (UNIT, "部长", "某人", "", ""), (UNIT, "联系人", "", "", ""), LEADER]
    answer = xuncha(home, "people", "import", sheet(tmp_path / "people.xlsx", HEADERS, *wrong))
    assert answer.status == 2
    assert "row 3, column 角色 (B3): “部长” is no role" in answer.err
    assert "row 4, column 姓名 (C4): is empty" in answer.err
    assert "row 5, column 姓名 (C5): “欧阳主任” is the person of row 2 again" in answer.err
    assert rows(home, "people", "list") == []


def test_names_are_listed_with_a_unit_and_a_reason_only(home, people):
    """The list shows ids and roles; names need --unit and --why, and each reading is logged."""
    assert set(people) == {"主要领导", "总编辑"}
    listed = done(home, "people", "list").out
    assert not any(secret in listed for secret in ALL_SECRETS)
    refused = xuncha(home, "people", "list", "--unit", UNIT)
    assert (refused.status, "add --why" in refused.err) == (2, True)
    named = rows(home, "people", "list", "--unit", UNIT, "--why", "季度联络", "--by", "督查科")
    assert [row["name"] for row in named] == ["欧阳主任", "司马小编"]
    last = rows(home, "people", "access")[-2:]
    assert [(row["by"], row["action"], row["reason"]) for row in last] == [("督查科", "read", "季度联络")] * 2


def test_the_access_log_tells_who_and_why_and_no_name(home, people):
    """Storing, reading and erasing stand there; the log outlives the erasure and holds no name and no number."""
    leader = people["主要领导"]
    done(home, "people", "show", leader, "--why", "核实")
    done(home, "people", "erase", leader, "--reason", "调离")
    told = done(home, "people", "access", "--person", leader)
    assert [word for word in ("登记", "查阅", "删除") if word in told.out] == ["登记", "查阅", "删除"]
    assert [row["action"] for row in rows(home, "people", "access", "--person", leader)] == [
        "stored",
        "read",
        "erased",
        "wiped",
    ]
    everything = done(home, "people", "access", "--json").out
    assert not any(secret in everything for secret in ALL_SECRETS)


def test_a_reason_that_names_the_person_is_refused(home, people):
    """The message does not repeat the name; nothing is read."""
    answer = xuncha(home, "people", "show", people["主要领导"], "--why", "找欧阳主任")
    assert (answer.status, "say it otherwise" in answer.err) == (2, True)
    assert answer.out == ""


def test_nobody_is_erased_twice(home, people):
    """An erased id answers no: exit 1, by `show` and by `erase`."""
    leader = people["主要领导"]
    assert rows(home, "people", "erase", leader, "--reason", "调离") == [
        {"person_id": leader, "erased": True}
    ]
    assert xuncha(home, "people", "erase", leader, "--reason", "调离").status == 1
    shown = xuncha(home, "people", "show", leader, "--why", "核实")
    assert (shown.status, "已删除" in shown.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "--unit", UNIT, "--role", "部长", "--name", "某"), "is no role; write one of 主要领导"),
        (("add", "--unit", UNIT, "--role", "联系人", "--name", " "), "--name is empty"),
        (("show", "x", "--why", " "), "say who asks for people, and why"),
    ],
)
def test_wrong_use_is_told(shared_home, words, says):
    """Exit 2, and what to do."""
    answer = xuncha(shared_home, "people", *words)
    assert answer.status == 2
    assert says in answer.complaint


ACCOUNT_HEADERS = (
    "账号ID",
    "账号名称",
    "平台",
    "主办单位",
    "主要领导",
    "主要领导职务",
    "主要领导联系方式",
    "总编辑姓名",
    "联系电话",
    "值班员",
)
ACCOUNT_ROW = ("A1", "某市发布", "抖音", UNIT, *LEADER[2:], EDITOR[2], EDITOR[4], "诸葛值班")


def test_people_of_a_list_of_accounts_go_into_the_store(home, tmp_path):
    """Columns whose role is known; the opening holds their ids, and what was left out is said by its header."""
    path = sheet(tmp_path / "a.csv", ACCOUNT_HEADERS, ACCOUNT_ROW)
    told = asked(home, "accounts", "import", path)
    assert (told["people"], told["columns_left_out"]) == (3, ["值班员"])
    people = {p["role"]: p for p in rows(home, "people", "list", "--unit", UNIT, "--why", "核对")}
    assert {role: (p["name"], p["post"], p["phone"]) for role, p in people.items()} == {
        "主要领导": LEADER[2:],
        "总编辑": (EDITOR[2], "", ""),
        "联系人": ("", "", EDITOR[4]),
    }
    (opened,) = rows(home, "sql", "SELECT data FROM records WHERE type = 'account.opened'")
    assert all(p["person_id"] in opened["data"] for p in people.values())
    assert not any(secret in opened["data"] for secret in (*ALL_SECRETS, "诸葛值班"))
    assert asked(home, "accounts", "import", path)["events"] == 0


def test_people_without_an_owner_unit_are_left_out_and_said(home, tmp_path):
    """Nobody can list people of no unit, so they are not stored."""
    path = sheet(
        tmp_path / "a.csv", ("账号ID", "账号名称", "平台", "联系人"), ("A1", "某市发布", "抖音", "欧阳主任")
    )
    assert "未取用的人员列" in done(home, "accounts", "import", path).out
    assert rows(home, "people", "list") == []


@pytest.mark.slow
def test_people_on_postgres(home, postgres, database, tmp_path, monkeypatch):
    """Settings name the variable that holds the connection string; the home then has no file of people."""
    with (home / "xuncha.toml").open("a") as settings:
        settings.write('\n[people]\nurl_from = "XUNCHA_PEOPLE_URL"\n')
    path = sheet(tmp_path / "people.csv", HEADERS, LEADER, EDITOR)
    missing = xuncha(home, "people", "import", path)
    assert (missing.status, "XUNCHA_PEOPLE_URL, which is not set" in missing.err) == (2, True)
    monkeypatch.setenv("XUNCHA_PEOPLE_URL", postgres.url(database))
    done(home, "people", "import", path)
    ids = [row["person_id"] for row in rows(home, "people", "list")]
    done(home, "people", "erase", *ids, "--reason", "调离")
    assert not (home / "people.sqlite").exists()
    assert not any(secret in postgres.dump(database) for secret in ALL_SECRETS)


def test_people_move_to_postgres_with_their_ids(home, people, postgres, database, monkeypatch):
    """A home that grows takes its people along: events name the same ids, the access log goes on, the file goes."""
    named = rows(home, "people", "list", "--unit", UNIT, "--why", "核对")
    refused = xuncha(home, "people", "move", "--why", "迁移")
    assert (refused.status, "settings name no store to move to" in refused.complaint) == (2, True)
    with (home / "xuncha.toml").open("a") as settings:
        settings.write('\n[people]\nurl_from = "XUNCHA_PEOPLE_URL"\n')
    monkeypatch.setenv("XUNCHA_PEOPLE_URL", postgres.url(database))
    assert asked(home, "people", "move", "--why", "迁移", "--by", "管理员") == {"moved": 2}
    assert not (home / "people.sqlite").exists()
    assert named == rows(home, "people", "list", "--unit", UNIT, "--why", "核对")
    assert {row["person_id"] for row in named} == set(people.values())
    logged = [(row["by"], row["action"]) for row in rows(home, "people", "access")]
    assert [action for _, action in logged] == ["stored"] * 2 + ["read"] * 6
    assert [by for by, _ in logged].count("管理员") == 2
    again = xuncha(home, "people", "move", "--why", "迁移")
    assert (again.status, "nobody is to be moved" in again.complaint) == (2, True)


def test_people_are_not_moved_into_a_store_in_use(home, people, postgres, database, tmp_path, monkeypatch):
    """Two stores are not mixed: nothing is moved, nothing is lost, and no reading is made up."""
    before = rows(home, "people", "access")
    text = (home / "xuncha.toml").read_text("utf-8")
    (home / "xuncha.toml").write_text(text + '\n[people]\nurl_from = "XUNCHA_PEOPLE_URL"\n', "utf-8")
    monkeypatch.setenv("XUNCHA_PEOPLE_URL", postgres.url(database))
    done(home, "people", "import", sheet(tmp_path / "other.csv", HEADERS, (UNIT, "联系人", "某某", "", "")))
    refused = xuncha(home, "people", "move", "--why", "迁移")
    assert (refused.status, "the store to move to is in use" in refused.complaint) == (2, True)
    (home / "xuncha.toml").write_text(text, "utf-8")
    assert set(people.values()) == {row["person_id"] for row in rows(home, "people", "list")}
    assert before == rows(home, "people", "access")


@pytest.mark.slow
def test_erasing_a_person_takes_name_and_number_from_everywhere_and_no_digest_changes(city, tmp_path):
    """Issue 5, done when: home, history, exports and views are free of them, and every old digest verifies."""
    headers = (*(h.replace("负责人", "主要领导") for h in small_city.HEADERS), "主要领导联系方式")
    listed = [small_city.POSTING, small_city.NAMES[small_city.POSTING], "微信订阅号", UNIT, "2020-01-01"]
    path = sheet(tmp_path / "people.csv", headers, (*listed, LEADER[2], "备2020", LEADER[4]))
    assert asked(city, "accounts", "import", path)["people"] == 1
    run_id = asked(city, "score", "--check-point", small_city.CHECK_POINT)["run_id"]
    assert LEADER[2].encode() in files_of(city)
    done(city, "export", tmp_path / "before")
    (person,) = [row["person_id"] for row in rows(city, "people", "list")]
    done(city, "people", "erase", person, "--reason", "本人申请")
    done(city, "export", tmp_path / "after")
    for secret in (LEADER[2], LEADER[4]):
        for place in (city, tmp_path / "before", tmp_path / "after"):
            assert secret.encode() not in files_of(place), place
        for text in (
            texts_of_history(city),
            texts_of_export(tmp_path / "before"),
            texts_of_export(tmp_path / "after"),
        ):
            assert secret not in text
            assert person in text
    proof = asked(city, "verify", run_id)
    assert proof["digest"] == proof["recomputed_digest"] == proof["stored_digest"]
