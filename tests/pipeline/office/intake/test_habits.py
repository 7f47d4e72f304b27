"""Papers in the habits of other offices, from the file to the facts."""

from openpyxl import Workbook

from tests.pipeline.program import asked, done, xuncha

RECEIVED = ("--received", "2026-08-30")


def sheet(path, *lines):
    """Write a workbook of one page."""
    book = Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def test_days_of_silence_become_looks_by_the_day_once_somebody_says_so(registry, tmp_path):
    """The newest post is of the day so many days before the look; without an answer nothing is taken."""
    path = sheet(
        tmp_path / "天数.xlsx",
        ["政务新媒体未更新天数（截至2026年8月18日）"],
        ["账号名称", "平台", "未更新天数"],
        ["澜川发布", "新浪微博", "15天"],
    )
    plan = asked(registry, "intake", path, *RECEIVED)
    (question,) = plan["questions"]
    assert (question["why"], question["answers"], plan["totals"]["looks"]) == ("days_alone", ["by_days"], 0)
    unsaid = xuncha(registry, "intake", "confirm", plan["plan"], "--accept-defaults")
    assert (unsaid.status, "nothing new" in unsaid.complaint) == (2, True)
    other = xuncha(registry, "intake", path, *RECEIVED, "--answer", f"{question['id']}=差不多", "--json")
    assert (other.status, question["id"] in other.complaint) == (2, True)
    plan = asked(registry, "intake", path, *RECEIVED, "--answer", f"{question['id']}=by_days")
    assert [(r["newest"], r["looked_at"]) for r in plan["records"]] == [("2026-08-03", "2026-08-18")]
    assert asked(registry, "intake", "confirm", plan["plan"])["new_facts"] == 2


def test_what_headers_mean_makes_the_next_paper_of_its_sender_readable(registry, tmp_path):
    """A page of which no header is known is read by what was told once; of another sender it stays a question."""
    told = ("号名=账号名称", "哪个平台的=平台", "谁办的=主办单位", "啥时候开的=开设时间")
    columns = [word for one in told for word in ("--column", one)]

    def paper(name, reporter, number):
        rows = [[n, f"澜川{number}{n}号", "微信", reporter, "2018-1-1"] for n in range(1, 7)]
        header = ["号", *[one.partition("=")[0] for one in told]]
        return sheet(tmp_path / name, [f"填报单位：{reporter}"], header, *rows)

    first = paper("1.xlsx", "澜川市水务局", "水")
    assert asked(registry, "intake", first, *RECEIVED)["pages"][0]["why"] == "not_understood"
    plan = asked(registry, "intake", first, *RECEIVED, *columns)
    assert (plan["pages"][0]["kind"], len(plan["records"])) == ("accounts", 6)
    asked(registry, "intake", "confirm", plan["plan"], "--accept-defaults")
    later = asked(registry, "intake", paper("2.xlsx", "澜川市水务局", "利"), *RECEIVED)
    assert (later["pages"][0]["read"], later["pages"][0]["rows"]["data"]) == (True, 6)
    assert [hint["why"] for hint in later["hints"]] == ["learned_header"] * 4
    other = asked(registry, "intake", paper("3.xlsx", "澜川市民政局", "民"), *RECEIVED)
    assert other["pages"][0]["read"] is False


def test_a_former_name_in_a_bracket_is_a_change_of_name(registry, tmp_path):
    """Where the bracket names the account that is known, that one is meant, and renamed from the day of the paper."""
    known = next(
        row
        for row in asked(registry, "accounts", "list")["rows"]
        if row["platform"] == "新浪微博" and row["owner"]
    )
    path = sheet(
        tmp_path / "台账.xlsx",
        ["政务新媒体台账（填报日期：2026年8月20日）"],
        ["账号名称", "平台", "主办单位", "备注"],
        [f"清风明月（原“{known['name']}”）", known["platform"], known["owner"], None],
    )
    plan = asked(registry, "intake", path, *RECEIVED)
    assert [(q["why"], q["default"]) for q in plan["questions"]][1:] == [("field_differs", "change")]
    assert plan["questions"][0]["default"].startswith(known["name"])
    (change,) = plan["changes"]
    assert (change["after"], change["kind"], change["holds_from"]) == ("清风明月", "change", "2026-08-20")


def test_two_accounts_of_a_row_are_asked_about_apart(registry, tmp_path):
    """What is answered of the account under one platform says nothing of the one beside it."""
    path = sheet(
        tmp_path / "并排.xlsx",
        ["政务新媒体更新情况（监测时间：2026年8月18日 9:00）"],
        ["主办单位", "微信公众号名称", "微信公众号最新发布时间", "微博名称", "微博最新发布时间"],
        ["澜川市水务局", "澜川节水一", "2026-8-17", "澜川节水二", "2026-8-16"],
    )
    plan = asked(registry, "intake", path, *RECEIVED)
    first, second = plan["questions"]
    assert (first["cell"], second["cell"], first["id"] != second["id"]) == ("澜川节水一", "澜川节水二", True)
    plan = asked(registry, "intake", path, *RECEIVED, "--answer", f"{first['id']}=leave_out")
    assert [question["answer"] for question in plan["questions"]] == ["leave_out", None]


def test_a_closing_in_a_remark_closes_the_account_unless_somebody_says_no(registry, tmp_path):
    """The closing is of its day, or by the date of the paper; answered with no, the account stays open."""
    (known,) = (r for r in listed(registry, "open") if r["name"] == "澜川发布" and "微博" in r["platform"])
    path = sheet(
        tmp_path / "台账.xlsx",
        ["政务新媒体台账（填报日期：2026年8月20日）"],
        ["账号名称", "平台", "主办单位", "备注"],
        [known["name"], known["platform"], known["owner"], "2026年8月15日已注销"],
    )
    plan = asked(registry, "intake", path, *RECEIVED)
    (question,) = plan["questions"]
    assert (question["why"], question["default"]) == ("closed_by_remark", "cancelled")
    stays = asked(registry, "intake", path, *RECEIVED, "--answer", f"{question['id']}=not_closed")
    assert "nothing new" in xuncha(registry, "intake", "confirm", stays["plan"]).complaint
    assert asked(registry, "intake", "confirm", plan["plan"], "--accept-defaults")["new_facts"] == 1
    assert known["account_id"] in {row["account_id"] for row in listed(registry, "closed")}


def listed(home, state):
    return asked(home, "accounts", "list", "--state", state)["rows"]


def test_a_clerk_reads_what_to_do_with_a_page_that_brings_nothing(registry, tmp_path):
    """A page of which no header is known may be explained; one that only says 正常 is not to be confirmed."""
    unknown = sheet(tmp_path / "1.xlsx", ["号名", "哪个平台的", "谁办的"], *[["甲号", "微信", "某局"]] * 6)
    assert "--column 表头=含义" in done(registry, "intake", unknown, *RECEIVED).out
    header = ["账号名称", "平台", "主办单位", "更新情况"]
    bare = sheet(tmp_path / "2.xlsx", ["巡查表"], header, ["澜川发布", "新浪微博", "某局", "正常"])
    out = done(registry, "intake", bare, *RECEIVED).out
    assert ("请补一列最新发布时间" in out.replace("\n", ""), "intake confirm" in out) == (True, False)


def test_names_and_platforms_of_one_cell_go_together(registry, tmp_path):
    """Two names beside two platforms are two accounts though one day is told; 和 in a name parts nothing."""
    path = sheet(
        tmp_path / "台账.xlsx",
        ["政务新媒体台账（填报日期：2026年8月20日）"],
        ["账号名称", "平台", "主办单位", "开设时间"],
        ["澜川文化和旅游\n澜川文博及非遗", "微信公众号\n抖音", "澜川市文化和旅游局", "2019-1-1"],
    )
    plan = asked(registry, "intake", path, *RECEIVED)
    (question,) = (q for q in plan["questions"] if q["why"] == "two_names")
    assert (question["answers"], question["default"]) == (["two_accounts", "leave_out"], "two_accounts")
    asked(registry, "intake", "confirm", plan["plan"], "--accept-defaults")
    rows = {(r["name"], r["platform"]) for r in listed(registry, "open") if "澜川文" in r["name"]}
    assert {("澜川文化和旅游", "微信公众号"), ("澜川文博及非遗", "抖音")} <= rows
    assert not {name for name, _ in rows} & {"澜川文化", "旅游"}


def test_a_turned_ledger_goes_in_and_is_named_by_its_columns(registry, tmp_path):
    """Accounts side by side become facts whose places are columns; plan, preview and list say so."""
    path = sheet(
        tmp_path / "台账.xlsx",
        ["政务新媒体台账（填报日期：2026年8月20日）"],
        ["账号名称", "澜川侧一号", "澜川侧二号", "澜川侧三号"],
        ["平台", "微信公众号", "抖音", None],
        ["主办单位", *["澜川市水务局"] * 3],
        ["开设时间", "2019-1-1", "不详日", "2019-3-1"],
    )
    plan = asked(registry, "intake", path, *RECEIVED)
    assert [(page["layout"], page["kind"]) for page in plan["pages"]] == [("columns", "accounts")]
    assert [(c["row"], c["column"], c["cell"]) for c in plan["cells_set_aside"]] == [(5, "C", "不详日")]
    assert [(row["column"], "row" in row) for row in plan["doubtful"]] == [("D", False)]
    out = done(registry, "intake", path, *RECEIVED).out
    assert ("Sheet!D" in out, "Sheet!C" in out, "Sheet!4" in out) == (True, True, False)
    taken = asked(registry, "intake", "confirm", plan["plan"], "--accept-defaults")["intake"]
    brought = asked(registry, "intake", "show", taken)["rows"]
    assert {row["line"] for row in brought} == {"B", "C"}


def test_new_accounts_without_an_owner_are_told(registry, tmp_path):
    """How many, once a page; one that is known keeps its owner, and is none of them."""
    (known,) = (r for r in listed(registry, "open") if r["name"] == "澜川发布" and "微博" in r["platform"])
    path = sheet(
        tmp_path / "台账.xlsx",
        ["政务新媒体台账（填报日期：2026年8月20日）"],
        ["账号名称", "平台", "开设时间"],
        ["澜川无主号", "微信公众号", "2019-1-1"],
        [known["name"], known["platform"], None],
    )
    hints = {h["why"]: h.get("says") for h in asked(registry, "intake", path, *RECEIVED)["hints"]}
    assert hints["owners_lacking"] == {"rows": "1"}


def test_problems_of_a_merged_account_go_in_once_somebody_says_so(registry, tmp_path):
    """Refused until then; the answer is offered by its words, and holds for the page."""
    book = Workbook()
    for line in (
        ["2026年8月政务新媒体问题清单"],
        ["主办单位", "账号名称", "平台", "问题类别", "发现时间"],
        ["澜川市政府办", "澜川发布", "新浪微博", "无互动功能", "2026-8-7"],
        [None, None, None, "链接无法访问", "2026-8-8"],
    ):
        book.active.append(line)
    for merge in ("A3:A4", "B3:B4", "C3:C4"):
        book.active.merge_cells(merge)
    path = tmp_path / "问题.xlsx"
    book.save(path)
    plan = asked(registry, "intake", path, *RECEIVED)
    (question,) = (q for q in plan["questions"] if q["why"] == "merged_for_each")
    assert (question["answers"], question["default"], len(plan["refused"])) == (["yes", "no"], "no", 2)
    plan = asked(registry, "intake", path, *RECEIVED, "--answer", f"{question['id']}=yes")
    assert (plan["refused"], [q["why"] for q in plan["questions"] if q["why"] == "merged_for_each"]) == (
        [],
        [],
    )
    assert {f["rule"] for f in plan["records"]} == {"red-7-no-interaction", "yellow-9-functions"}
