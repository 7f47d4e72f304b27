"""The ways of a day and of a quarter, by clicks: of the office, a unit, a leader, a checker, the public, an auditor."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Error as PageError

from tests.console_walk.browser import DESK, PHONE, Chromium, Fault
from tests.console_walk.walker import Walker

OFFICE = "云汀市人民政府办公室"
RULES = "苏州市检查抽查做法（2023年第一季度）"
CHECK_POINT = "2025-06-30 09:00"
BULLETIN, CORRECTION = "云府办〔2025〕12号", "云府办〔2025〕15号"
SIGNER, CHECKER, AUDITOR, OWNER = "zhu", "jian", "shen", "dan"
COMPETENT, FIRM = "zguan", "jiance"
_WORDS = "一条河从山里流出来 "


class Walked(NamedTuple):
    """What came of a walk."""

    pages: int
    errors: list[Fault]
    faults: list[Fault]
    clicks: dict[str, int]  # by way


class City:
    """The console of one city, and everybody who walks it; what goes wrong on any page is kept."""

    def __init__(
        self, browser: Chromium, base: str, papers: Path, *, looks: bool, pictures: Path | None = None
    ) -> None:
        self._browser = browser
        self._looks = looks
        self._pictures = pictures
        self.base = base
        self.papers = papers
        self.pages = 0
        self.errors: list[Fault] = []
        self.faults: list[Fault] = []
        self.clicks: dict[str, int] = {}
        self.round = ""  # address of its page, once it was announced

    @contextmanager
    def somebody(self, login: str = "", *, size: tuple[int, int] = DESK) -> Iterator[Walker]:
        """Open a window, signed in under a login name, or as nobody."""
        with self._browser.window(self.base, size) as window:
            walker = Walker(window, looks=self._looks, pictures=self._pictures, first=self.pages)
            try:
                if login:
                    sign_in(walker, login)
                yield walker
            except BaseException as e:
                with suppress(PageError):  # of a page that does not answer
                    e.add_note(f"{walker.page.url}\n{walker.page.inner_text('body', timeout=2_000)[:2000]}")
                raise
            finally:
                self.pages = walker.pages
                self.errors += window.errors
                self.faults += walker.faults

    def counted(self, way: str, walker: Walker, most: int) -> None:
        """Note how many clicks a way took; the design says how many at most."""
        self.clicks[way] = walker.clicks
        assert walker.clicks <= most, f"{way}: {walker.clicks} clicks, {most} at most"

    def walked(self) -> Walked:
        return Walked(self.pages, self.errors, self.faults, self.clicks)

    def add(self, walked: Walked) -> None:
        """Add what somebody else walked."""
        self.pages += walked.pages
        self.errors += walked.errors
        self.faults += walked.faults


def password_of(login: str) -> str:
    return _WORDS + login


def sign_in(walker: Walker, login: str) -> None:
    walker.begin("/login")
    walker.fill("username", login)
    walker.fill("password", password_of(login))
    walker.press("登录")


def first_run(city: City, code: str) -> None:
    """The program was started on an empty folder: the pages lead to the first users and the name of the office."""
    with city.somebody() as someone:
        someone.begin("/")
        someone.begin("/setup")
        someone.fill("code", code)
        for box, name, login in (("admin", "管甲", "guan"), ("clerk", "经乙", "jing")):
            someone.fill(f"{box}_name", name)
            someone.fill(f"{box}_login", login)
            someone.fill(f"{box}_password", password_of(login))
        someone.press("下一步")
        someone.fill("name", OFFICE)
        someone.fill("letterhead", f"{OFFICE}文件")
        someone.fill("areas", "市直、石桥区、荷湾区、松岭县")
        someone.press("下一步")
        someone.sees("导入台账")


def add_users(city: City) -> None:
    """The administrator adds the others; each chooses a password by a link that works once."""
    for login, name, role, about in (
        (SIGNER, "签丙", "签发人", ""),
        (CHECKER, "检丁", "检查组", "C1"),
        (AUDITOR, "审戊", "审计人员", ""),
        (OWNER, "单己", "主办单位", "石桥区教育局"),
        (COMPETENT, "管庚", "主管单位", "荷湾区"),
        (FIRM, "测辛", "监测单位", "sheets"),
    ):
        with city.somebody("guan") as admin:
            admin.begin("/users/new")
            admin.fill("name", name)
            admin.fill("login", login)
            admin.choose("role", role)
            admin.fill("scope", about)
            if admin.page.locator("[name=proof]").count():
                admin.fill("proof", password_of("guan"))
            admin.press("添加")
            link = admin.page.input_value("#link")
        with city.somebody() as new:
            new.begin(link.removeprefix(city.base))
            new.fill("password", password_of(login))
            new.fill("again", password_of(login))
            new.press("设置密码")


def take_in(walker: Walker, *files: Path) -> str:
    """Upload papers, look, say yes: three clicks; returns the number of the receipt."""
    walker.begin("/in")
    walker.hand_in("files", files)
    walker.press("上传并核对")
    walker.press("确认入库")
    found = re.search(r"收\d{4}-\d{4}", walker.said)
    assert found is not None, walker.said
    return found[0]


def rules_are_in_force(city: City) -> None:
    """The clerk proposes the indicators by their document, the leader puts them in force."""
    with city.somebody("jing") as clerk:
        clerk.begin("/rulesets")
        clerk.press(RULES)
        clerk.page.locator("summary", has_text="提请启用").click()
        clerk.fill("document", "云府办〔2025〕3号")
        clerk.fill("title", "云汀市政务新媒体检查指标（2025版）")
        clerk.fill("on", "2025-01-01")
        clerk.press("提请启用")
        rules = clerk.page.url.removeprefix(city.base).partition("?")[0]
    with city.somebody(SIGNER) as leader:
        leader.begin(rules)
        leader.press("批准启用")


def papers_go_in(city: City) -> None:
    """Ledger and weeks, a wrong week taken back, problems and a self-check."""
    with city.somebody("jing") as clerk:
        take_in(clerk, city.papers / "1-账号台账.xlsx")
        city.counted("收一份表", clerk, 3)
        take_in(clerk, city.papers / "练习-错误" / "周巡查表-内容是上周的.xlsx")
        clerk.fill("reason", "内容是上一周的")
        clerk.press("撤销这次报送")
        clerk.sees("已撤销")
        take_in(clerk, *sorted((city.papers / "2-周巡查表").iterdir()))
        take_in(clerk, city.papers / "3-问题清单.xlsx", city.papers / "4-荷湾区自查表.xlsx")
        clerk.begin("/today")
        clerk.begin("/accounts")
        clerk.sees("共 40 条")


def round_is_frozen(city: City) -> None:
    """A round from its plan to the freeze, after one with a wrong check point was cancelled."""
    with city.somebody("jing") as clerk:
        announce(clerk, "2025-06-03 09:00")
        clerk.page.locator("summary", has_text="方案写错了").click()
        clerk.fill("reason", "监测时间点写错")
        clerk.press("取消检查")
        announce(clerk, CHECK_POINT)
        city.round = clerk.page.url.removeprefix(city.base).partition("?")[0]
        clerk.clicks = 0
        clerk.press("抽样")
        city.counted("抽样", clerk, 1)
        hand_out_sheets(clerk, city.round)
        clerk.begin(city.round)


def announce(clerk: Walker, check_point: str) -> None:
    clerk.begin("/rounds/new")
    clerk.fill("check_point", check_point)
    clerk.fill("title", "2025年第二季度全市政务新媒体检查")
    clerk.press("核对方案")
    clerk.press("发出通知")


def hand_out_sheets(clerk: Walker, at: str) -> None:
    clerk.begin(f"{at}/sheets")
    clerk.fill("checkers", "1")
    clerk.press("分发检查单")


def checker_hands_in(city: City) -> None:
    """A checker fills in the own sheet on the web and hands it in."""
    with city.somebody(CHECKER) as checker:
        checker.begin(f"{city.round}/sheets")
        checker.press("网上填写")
        checker.fill("looked_at-0", "2025-06-30 10:00")
        checker.fill("newest_post_at-0", "2025-06-29 10:00")
        checker.clicks = 0
        checker.press("交回检查单")
        city.counted("交回检查单", checker, 1)


def frozen_by_two(city: City) -> None:
    """The clerk proposes the freeze with gaps, the leader agrees."""
    with city.somebody("jing") as clerk:
        clerk.begin(city.round)
        clerk.page.locator("summary", has_text="仍要定稿").click()
        clerk.fill("although", "练习，未告知主办单位")
        clerk.press("提请签发人同意")
    with city.somebody(SIGNER) as leader:
        leader.begin(city.round)
        leader.press("同意，定稿")


def bulletin_goes_out(city: City) -> None:
    """Drafted, checked, signed by the leader, issued; a wrong word is put right by a notice."""
    name = city.round.rpartition("/")[2]
    page = f"/bulletins/{name}"
    with city.somebody("jing") as clerk:
        clerk.begin(page)
        clerk.press("起草")
        clerk.press("送签")
    with city.somebody(SIGNER) as leader:
        leader.begin(page)
        leader.press("签发")
        city.counted("签发", leader, 2)
    with city.somebody("jing") as clerk:
        clerk.begin(page)
        clerk.fill("number", BULLETIN)
        clerk.fill("on", "2025-07-04")
        clerk.press("印发")
        city.counted("印发", clerk, 1)
        clerk.press("更正")
        clerk.page.locator("[name=wrong]").first.fill("并发布停更公告")
        clerk.page.locator("[name=right]").first.fill("并发布停止更新公告")
        clerk.press("起草更正")
    with city.somebody(SIGNER) as leader:
        leader.begin(f"{page}/correction")
        leader.press("签发")
    with city.somebody("jing") as clerk:
        clerk.begin(f"{page}/correction")
        clerk.fill("number", CORRECTION)
        clerk.fill("on", "2025-07-08")
        clerk.press("印发")
        clerk.sees(CORRECTION)


def owner_sees_its_accounts(city: City) -> None:
    """An owner unit on a phone: its own accounts, and nobody else's."""
    with city.somebody(OWNER, size=PHONE) as owner:
        owner.begin("/my")
        owner.sees("石桥区教育局")
        owner.window.expected = {404}
        owner.begin("/accounts/0001")


def auditor_verifies(city: City) -> None:
    """An auditor recomputes the round, and reads the accounts as they were known before it."""
    with city.somebody(AUDITOR) as auditor:
        auditor.begin(city.round)
        auditor.press("重新验证")
        auditor.sees("一致")
        auditor.press("操作记录")
        city.counted("重新验证", auditor, 2)
        auditor.begin("/accounts?at=2025-06-30+09:00")


def public_looks_up_and_reports(city: City) -> None:
    """A member of the public looks an account up by name and reports an error."""
    with city.somebody(size=PHONE) as anybody:
        anybody.begin("/p")
        anybody.fill("q", "石桥教育")
        anybody.press("核验")
        city.counted("核验", anybody, 1)
        anybody.begin("/p/report")
        anybody.fill("called", "石桥教育（微信）")
        anybody.fill("text", "链接打不开")
        anybody.press("提交")


WAYS = (
    add_users,
    rules_are_in_force,
    papers_go_in,
    round_is_frozen,
    checker_hands_in,
    frozen_by_two,
    bulletin_goes_out,
    owner_sees_its_accounts,
    auditor_verifies,
    public_looks_up_and_reports,
)
"""In their order, behind `first_run`."""
