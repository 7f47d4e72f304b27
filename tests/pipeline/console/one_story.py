"""One story: what pages, files, documents and commands say of a thing, gathered by the thing; two are a fault.

`python -m tests.pipeline.console.one_story` holds the whole of 江州 to it, as everybody who may see all of it.
"""

import csv
import io
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from openpyxl import load_workbook

from connectors.publish.reading import read_bulletin
from events.days import chinese_day
from events.quarters import parse_quarter
from pipeline.access.users import Role
from tests.console_walk.crawl import kind_of
from tests.pipeline.console.browsing import Browser, console_of
from tests.pipeline.console.city import BULLETIN, LAST_ROUND, NOW, USERS, city_in
from tests.pipeline.console.page_lint import Page
from tests.pipeline.console.whole_city import add_year
from tests.pipeline.program import asked, rows

_NO_PAGES = re.compile(
    r"\.(?:xlsx|csv|docx|json|svg|png|zip|html)$|/files/|/assets/|^/openapi|/evidence/|/reports/.*/docx"
)
_OF_ACCOUNTS = ("name", "platform", "owner", "area")
_OF_ROUNDS = ("checked", "passed", "failed", "unknown", "pass_rate")
_LISTED = re.compile(r"第 \d+–\d+ 条，共 (\d+) 条")


class Story:
    """What was said, by whom, of each thing."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def tell(self, matter: str, said: object, place: str) -> None:
        """Note that a place says something of a matter."""
        self._said[matter][str(said)].append(place)

    def told(self, matter: str) -> set[str]:
        """Return in how many places something is said of a matter."""
        return {place for places in self._said[matter].values() for place in places}

    @property
    def matters(self) -> int:
        """Return of how many things more than one place says something."""
        return sum(len(self.told(matter)) > 1 for matter in list(self._said))

    def contradictions(self) -> list[str]:
        """Return the matters of which places say different things."""
        return [
            f"{matter}: " + "; ".join(f"{said!r} in {', '.join(places[:4])}" for said, places in told.items())
            for matter, told in sorted(self._said.items())
            if len(told) > 1
        ]


def pages_of(browser: Browser, begin: str, *, short: bool, most: int = 400) -> Iterator[tuple[str, Page]]:
    """Yield the pages that links lead to from a page on, one of each kind; unless `short` each narrowed list, too."""
    seen, queue = set[str](), [begin]
    while queue and len(seen) < most:
        url = queue.pop(0)
        kind = kind_of(url).partition("?")[0] if short else kind_of(url)
        if kind in seen or "sort=" in url or _NO_PAGES.search(urlsplit(url).path):
            continue
        seen.add(kind)
        answer = browser.get(url)
        if answer.status_code in (302, 303):
            queue.insert(0, urljoin(url, answer.headers["location"]))
        elif "text/html" in answer.headers.get("content-type", ""):
            page = Page(answer.text)
            yield url, page
            queue += [urljoin(url, link) for link in page.links if link.startswith(("/", "?"))]


def tell_pages(story: Story, browser: Browser, begin: str, *, short: bool = False) -> int:
    """Tell what pages say of accounts, and that a list is the same in all of its forms; returns their number."""
    pages = list(pages_of(browser, begin, short=short))
    for url, page in pages:
        shown = browser.get(url, headers={"accept": "application/json"})
        if shown.status_code == 200 and "json" in shown.headers["content-type"]:
            for listing in _listings(shown.json()["data"]):
                _tell_list(story, browser, url, page, listing)
                _tell_accounts(story, url, listing["rows"])
    return len(pages)


def _listings(data: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, dict):
        if {"rows", "found", "columns"} <= data.keys():
            yield data
            return
        for value in data.values():
            yield from _listings(value)


def _tell_list(story: Story, browser: Browser, url: str, page: Page, listing: Mapping[str, Any]) -> None:
    """Tell how long a list is: on its page, for programs, in both files; and what its cells say."""
    matter = f"rows of {url}"
    story.tell(matter, listing["found"], "json")
    for found in _LISTED.findall(page.text):
        story.tell(matter, found, "page")
    exported = next((link for link in page.links if urlsplit(link).path.endswith(".xlsx")), "")
    if not exported:
        return
    book = load_workbook(io.BytesIO(browser.get(exported).content), read_only=True)
    sheet = [
        ["" if v is None else str(v) for v in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    text = browser.get(exported.replace(".xlsx", ".csv", 1)).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    story.tell(matter, len(lines) - 1, "csv")
    titles = [column["title"] for column in listing["columns"]]
    story.tell(f"columns of {url}", titles, "json")
    story.tell(f"columns of {url}", lines[0], "csv")
    if any(sheet[0][1:]) or len(titles) == 1:  # else a form to fill in, below its title
        story.tell(matter, len(sheet) - 1, "xlsx")
        story.tell(f"columns of {url}", sheet[0], "xlsx")


def _tell_accounts(story: Story, url: str, listed: list[Mapping[str, Any]]) -> None:
    """Tell what a list says of each account that it names by its number."""
    for row in listed:
        number = str(row.get("number") or "")
        if re.fullmatch(r"\d{4}", number) and "name" in row:
            for key in _OF_ACCOUNTS:
                if row.get(key):
                    story.tell(f"{key} of account {number}", row[key], url)


def tell_accounts(story: Story, home: Path, browser: Browser) -> None:
    """Tell how many accounts there are, wherever they are counted."""
    matter = "accounts"
    listed = rows(home, "accounts", "list")
    for row in listed:
        for key in _OF_ACCOUNTS:
            story.tell(f"{key} of account {row['number']}", row[key], "command")
    story.tell(matter, len(listed), "accounts list")
    today = browser.get("/api/v1/today").json()["data"]
    story.tell(matter, sum(one["value"] for one in today["counts"]), "sum of 今日")
    story.tell(matter, browser.get("/api/v1/accounts").json()["data"]["listing"]["total"], "账号")
    public = browser.get("/p/open/accounts.json").json()["accounts"]
    story.tell(matter, sum(one["state"] == "正常运维" for one in public), "open data")
    words = Page(browser.get("/p/counts").text, signed_in=False).text
    for found in re.findall(r"合计 (\d+)", words):
        story.tell(matter, found, "counts for the public")
    units = browser.get("/api/v1/units").json()["data"]["listing"]["found"]
    story.tell("units", units, "单位与人员")
    story.tell("units", len(rows(home, "units", "list")), "units list")
    for quarter in ("2026Q2", "2026Q3"):
        for count in _counted(browser, quarter):
            story.tell(matter, count["accounts"], f"历年数据 {quarter}")


def _counted(browser: Browser, quarter: str) -> list[Mapping[str, Any]]:
    listed = browser.get("/api/v1/counts").json()["data"]["listing"]["rows"]
    return [row for row in listed if row["quarter"] == parse_quarter(quarter).chinese]


def tell_round(story: Story, home: Path, browser: Browser, name: str, quarter: str) -> None:
    """Tell the sums of a frozen round: command, page, list of results, counts, bulletin and its documents."""
    (run,) = (row for row in rows(home, "rounds") if row["quarter"] == quarter)
    of = lambda key: f"{key} of {name}"  # noqa: E731
    for key in ("checked", "failed", "unknown"):
        story.tell(of(key), run[key], "rounds")
    whole = browser.get(f"/api/v1/rounds/{name}").json()["data"]["whole"]
    for key in ("checked", "passed", "failed", "unknown"):
        story.tell(of(key), whole[key], "检查")
    for verdict, key in (("pass", "passed"), ("fail", "failed"), ("unknown", "unknown")):
        found = browser.get(f"/api/v1/rounds/{name}/results?verdict={verdict}").json()["data"]["listing"]
        story.tell(of(key), found["found"], "results")
        if verdict == "fail":
            story.tell(of("failed names"), sorted(row["name"] for row in found["rows"]), "results")
    for row in _counted(browser, quarter):
        for key in _OF_ROUNDS:
            said = (
                row[key]
                if key != "pass_rate"
                else f"{row[key]:.1%}"
                if isinstance(row[key], float)
                else row[key]
            )
            story.tell(of(key), said, "历年数据")


def tell_bulletin(story: Story, home: Path, browser: Browser, name: str) -> None:
    """Tell figures, number and day of an issued bulletin, in each of its documents and wherever it is named."""
    figures = asked(home, "bulletin", "figures", name)
    plain = figures.get("figures", figures)
    for key in _OF_ROUNDS:
        if key in plain:
            story.tell(f"{key} of {name}", plain[key], "bulletin figures")
    for ending in ("docx", "html", "xlsx"):
        content = browser.get(f"/bulletins/{name}/files/{ending}").content
        read = read_bulletin(f"x.{ending}", content)
        for place, said in read.places.items():
            for one in set(said):
                story.tell(f"figure {place} of {name}", one, ending)
        for key in _OF_ROUNDS:
            for one in read.places.get(key, ()):
                story.tell(f"{key} of {name}", one, ending)
        story.tell(f"annex of {name}", sorted(str(row) for row in read.annex), ending)
    (row,) = (
        r
        for r in browser.get("/api/v1/bulletins").json()["data"]["listing"]["rows"]
        if r["number"] == BULLETIN
    )
    (listed,) = (r for r in rows(home, "bulletin", "list") if r["number"] == BULLETIN)
    story.tell(f"day of {BULLETIN}", row["issued_on"], "通报")
    story.tell(f"day of {BULLETIN}", listed["issued_on"], "bulletin list")


def tell_rounds(story: Story, home: Path, browser: Browser) -> None:
    """Tell title and check point of each round wherever it stands."""
    for row in rows(home, "round", "list"):
        story.tell(f"check point of {row['title']}", row["check_point"], "round list")
    for row in browser.get("/api/v1/rounds").json()["data"]["listing"]["rows"]:
        story.tell(f"check point of {row['title']}", row["check_point"], "检查")


def tell_tasks(story: Story, home: Path, browser: Browser) -> None:
    """Tell how much is to be put right, by problem, by unit, and by state."""
    day = chinese_day(NOW).isoformat()
    tasks = browser.get("/api/v1/tasks").json()["data"]
    story.tell("tasks", tasks["listing"]["total"], "整改")
    story.tell("tasks", sum(one["value"] for one in tasks["counts"]), "sum of 整改")
    story.tell("tasks", len(rows(home, "rectification", "due", "--all", "--on", day)), "rectification due")
    story.tell("focus", browser.get("/api/v1/focus").json()["data"]["listing"]["found"], "重点关注")
    story.tell("focus", len(rows(home, "focus", "list", "--on", day)), "focus list")
    for count in _counted(browser, "2026Q3"):
        story.tell("focus", count["focus"], "历年数据")


def story_of(home: Path, roles: Collection[Role], *, short: bool = False) -> tuple[Story, int]:
    """Return the story of 江州 as pages of these roles tell it, and the number of pages."""
    story, pages = Story(), 0
    with console_of(home, *USERS.values(), now=NOW) as browser:
        for role in roles:
            browser.sign_in(USERS[role])
            pages += tell_pages(story, browser, "/", short=short)
        browser.sign_in(USERS[Role.CLERK])
        tell_accounts(story, home, browser)
        tell_rounds(story, home, browser)
        tell_round(story, home, browser, LAST_ROUND, "2026Q2")
        tell_bulletin(story, home, browser, LAST_ROUND)
        tell_tasks(story, home, browser)
    return story, pages


def main() -> int:
    """Tell the whole story; exits 1 where it has two endings."""
    with tempfile.TemporaryDirectory() as folder:
        home = add_year(city_in(Path(folder)), Path(folder))
        story, pages = story_of(home, (Role.CLERK, Role.AUDITOR, Role.COMPETENT))
    faults = story.contradictions()
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    sys.stdout.write(
        f"{pages} pages, {story.matters} matters told more than once, {len(faults)} contradictions\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
