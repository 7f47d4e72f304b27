"""Looks, visits and sweeps over a real site on loopback: what they record, and what they only suggest."""

import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from events.codec import Event
from events.site import ColumnDeclared, SiteRegistered, site_subject
from pipeline.home.actor import OFFICE
from pipeline.home.folder import Home
from pipeline.home.patrol_store import open_patrol_store
from pipeline.home.workspace import open_workspace
from pipeline.office.interaction.link_checks import CheckFunction, check_function
from pipeline.patrol.process import AskPatrol, patrol
from pipeline.patrol.sites.availability import visit_sites
from pipeline.patrol.sites.links import sweep_links
from pipeline.patrol.sites.looking import AskSites, discover_columns, look_at_sites
from pipeline.patrol.sites.reading import LEASE
from pipeline.patrol.surroundings import Surroundings
from projections.patrol.site_days import planned_reading
from projections.patrol.visits import planned_visits
from projections.sites.suspicions import SITE_SUSPICION_TYPES, site_suspicions_of
from tests.connectors.sites.saved import BUILDERS, LOOKED_AT
from tests.copied import copied

DOMAIN = "www.pingchuan.example"
SUBJECT = site_subject(DOMAIN)


class Pages(ThreadingHTTPServer):
    """A site that answers paths as `says` has them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        truth = tomllib.loads((BUILDERS / "trs" / "truth.toml").read_text("utf-8"))
        self.says = {path: (BUILDERS / "trs" / file).read_bytes() for path, file in truth["pages"].items()}
        self.down = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Page(BaseHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        body = self.server.says.get(self.path)
        self.send_response_only(503 if self.server.down else 200 if body is not None else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[Pages]:
    server = Pages()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site(home_model, tmp_path):
    copied(home_model, tmp_path / "home")
    path = tmp_path / "home"
    with (path / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write("\n[sites]\nallow_private = true\npause_s = 0.0\n")
    with served() as server, open_workspace(Home(path)) as workspace:
        since = datetime(2026, 1, 1, tzinfo=UTC)
        told = [
            SiteRegistered(
                name="平川市人民政府",
                kind="government",
                unit="平川市人民政府办公室",
                home_url=f"{server.url}/",
            ),
            ColumnDeclared(
                column_id="gzdt", name="工作动态", url=f"{server.url}/zwdt/gzdt/", column_class="news"
            ),
            ColumnDeclared(
                column_id="gone", name="撤下的栏目", url=f"{server.url}/gone/", column_class="news"
            ),
        ]
        workspace.log.append([Event(uuid4(), "sheets", SUBJECT, since, data) for data in told])
        workspace.catch_up()
        yield workspace, server


def around(at):
    return Surroundings(clock=lambda: at)


def suggested(workspace):
    workspace.catch_up()
    found = site_suspicions_of(workspace.known.read(SITE_SUSPICION_TYPES))
    return sorted((one.what, one.url) for one in found)


def seen(workspace, what):
    workspace.catch_up()
    return [k.event for k in workspace.known.read((what,))]


def test_a_look_records_home_page_and_columns(site):
    """One fact a look; a column that does not open is left out, tags that are missing are suggested."""
    workspace, server = site
    server.says["/zwdt/gzdt/"] = server.says["/zwdt/gzdt/"].replace(b"ColumnType", b"Other")
    (done,) = look_at_sites(workspace, AskSites((DOMAIN,)), OFFICE, around(LOOKED_AT))
    assert (done.columns, done.unread, done.failed) == (1, ("撤下的栏目",), "")
    (look,) = seen(workspace, "site.patrolled")
    (column,) = look.data.columns
    assert (column.column_id, column.entries, column.dated) == ("gzdt", 12, 11)
    assert column.newest_at == datetime(2026, 10, 13, 7, 20, tzinfo=UTC)
    assert not look.data.proves_silence or look.data.newest_at is not None
    assert suggested(workspace) == [("missing_tag", "")]
    again = look_at_sites(workspace, AskSites(), OFFICE, around(LOOKED_AT + timedelta(hours=1)))
    assert [one.suggestions for one in again] == [0]


def test_a_site_that_does_not_open_is_no_look(site):
    """Nothing is recorded: a page that cannot be read proves nothing."""
    workspace, server = site
    server.down = True
    (done,) = look_at_sites(workspace, AskSites(), OFFICE, around(LOOKED_AT))
    assert done.failed == "not_allowed"  # robots.txt cannot be had either, and that allows nothing
    assert seen(workspace, "site.patrolled") == []


def test_columns_that_nobody_declared_are_suggested(site):
    """国办发〔2017〕47号: found by ColumnName alone; a declared one is no news."""
    workspace, server = site
    (found,) = discover_columns(workspace, AskSites(), OFFICE, around(LOOKED_AT))
    assert (found.name, found.column_class, found.declared) == ("工作动态", "news", True)
    assert suggested(workspace) == []
    server.says["/"] = server.says["/"].replace(b"/zwdt/gzdt/", b"/new/")
    server.says["/new/"] = server.says["/zwdt/gzdt/"]
    discover_columns(workspace, AskSites(), OFFICE, around(LOOKED_AT))
    assert [what for what, _ in suggested(workspace)] == ["unlisted_column"]


def test_a_day_of_visits_is_one_fact_whatever_crashes(site):
    """国办秘函〔2019〕19号: 20 or more spaced visits a day; each part of the day has one, the day one fact."""
    workspace, server = site
    day = date(2026, 10, 13)
    plan = planned_visits(SUBJECT, day)
    for number, at in enumerate(plan):
        server.down = number in (3, 4)
        assert len(visit_sites(workspace, AskSites(), around(at)).made) == 1
        if number % 8 == 0:  # asked again, as after a crash
            assert visit_sites(workspace, AskSites(), around(at + timedelta(seconds=1))).made == ()
    assert seen(workspace, "availability.sampled") == []
    next_day = around(plan[-1] + timedelta(days=1))
    assert visit_sites(workspace, AskSites(), next_day).days == ((DOMAIN, day),)
    assert visit_sites(workspace, AskSites(), next_day).days == ()
    (fact,) = seen(workspace, "availability.sampled")
    assert (fact.data.visits, fact.data.failures, fact.data.causes) == (24, 2, {"status": 2})
    assert (fact.data.first_at, fact.data.last_at) == (plan[0], plan[-1])
    assert fact.time == datetime(2026, 10, 13, 16, tzinfo=UTC)


def test_a_link_is_dead_after_two_looks_an_hour_apart(site):
    """Seed 003 asks for the sweep; a first failure is only looked at again."""
    workspace, server = site
    with served() as other:
        gone, fine = f"{other.url}/gone", f"{other.url}/fine"
        other.says["/fine"] = server.says["/"]
        body = f'<a href="{gone}">旧系统</a><a href="{fine}">好链接</a></body>'
        server.says["/"] = server.says["/"].replace(
            b"</body>", body.encode().replace(b"127.0.0.1", b"localhost")
        )
        sweep = partial(sweep_links, workspace, AskSites(), OFFICE)
        dead = gone.replace("127.0.0.1", "localhost")
        first = sweep(around(LOOKED_AT))
        assert (dead, "look_again") in {(one.url, one.what) for one in first.found}
        assert ("dead_link", dead) not in suggested(workspace)
        sweep(around(LOOKED_AT + timedelta(minutes=59)))
        assert ("dead_link", dead) not in suggested(workspace)
        sweep(around(LOOKED_AT + timedelta(hours=1)))
        assert ("dead_link", dead) in suggested(workspace)
        assert not any(
            url == fine.replace("127.0.0.1", "localhost")
            for what, url in suggested(workspace)
            if what == "dead_link"
        )


def test_a_link_that_opens_again_begins_anew(site):
    """Two failures count where none opened between them."""
    workspace, server = site
    with served() as other:
        url = f"http://localhost:{other.server_address[1]}/x"
        server.says["/"] = server.says["/"].replace(b"</body>", f'<a href="{url}">系统</a></body>'.encode())
        sweep = partial(sweep_links, workspace, AskSites(), OFFICE)
        sweep(around(LOOKED_AT))
        other.says["/x"] = server.says["/"]
        sweep(around(LOOKED_AT + timedelta(hours=1)))
        del other.says["/x"]
        sweep(around(LOOKED_AT + timedelta(hours=2)))
        assert ("dead_link", url) not in suggested(workspace)


def test_the_patrol_visits_by_itself(site):
    """With `[sites]` in the settings one pass of the patrol makes what is due."""
    workspace, _ = site
    at = planned_visits(SUBJECT, date(2026, 10, 13))[5]
    patrol(workspace.home, AskPatrol(once=True), surroundings=around(at))
    assert visit_sites(workspace, AskSites(), around(at + timedelta(seconds=1))).made == ()
    patrol(workspace.home, AskPatrol(once=True), surroundings=around(at + timedelta(days=1)))
    (fact,) = seen(workspace, "availability.sampled")
    assert (fact.data.visits, fact.data.failures) == (1, 0)


def test_a_service_link_is_broken_after_two_looks_an_hour_apart(site):
    """昆政办发〔2019〕162号, annex 2, 功能无法使用: a suggestion, once; a link that opens begins anew."""
    workspace, server = site
    link = CheckFunction(DOMAIN, "办事大厅", f"{server.url}/bs/")

    def state(minutes):
        return check_function(workspace, link, OFFICE, around(LOOKED_AT + timedelta(minutes=minutes))).state

    assert [state(0), state(59), state(60)] == ["look_again", "look_again", "broken"]
    (fact,) = seen(workspace, "function.broken")
    assert (fact.data.seen_by, fact.subject) == ("sweep", SUBJECT)
    server.says["/bs/"] = server.says["/"]
    assert state(61) == "open"
    del server.says["/bs/"]
    assert state(200) == "look_again"


def with_settings(workspace, lines):
    """Return the home with more lines under `[sites]`, which stands last."""
    with (workspace.home.path / "xuncha.toml").open("a", encoding="utf-8") as file:
        file.write(lines)
    return Home(workspace.home.path)


NIGHT = datetime(2026, 10, 14, 15, 59, tzinfo=UTC)
"""A minute before the end of a Chinese day: whatever place a site has, it has come."""


def test_the_patrol_reads_sites_and_their_links_once_a_day(site):
    """One look and one sweep a day, however often it passes; the next day brings the next ones."""
    workspace, server = site
    server.says["/"] = server.says["/"].replace(b"</body>", b'<a href="http://localhost:9/x">x</a></body>')
    for at in (NIGHT, NIGHT + timedelta(seconds=30), NIGHT + timedelta(days=1)):
        patrol(workspace.home, AskPatrol(once=True), surroundings=around(at))
    looks = seen(workspace, "site.patrolled")
    assert [look.time for look in looks] == [NIGHT, NIGHT + timedelta(days=1)]
    assert ("dead_link", "http://localhost:9/x") in suggested(workspace)  # failed at two sweeps, a day apart


def test_a_site_that_does_not_open_is_asked_again_after_an_hour(site):
    """It is left alone in between, and nothing is recorded of it."""
    workspace, server = site
    home = with_settings(workspace, "links_every_days = 0\n")
    at = planned_reading(SUBJECT, "look", date(2026, 10, 14), 0, 24)
    server.down = True
    for minutes, looks in ((-1, 0), (0, 0), (59, 0), (61, 1)):
        patrol(home, AskPatrol(once=True), surroundings=around(at + timedelta(minutes=minutes)))
        server.down = minutes < 0
        assert len(seen(workspace, "site.patrolled")) == looks, minutes


def test_looks_and_sweeps_keep_within_the_quota_of_a_day(site):
    """The requests of a Chinese day to a site are counted before they go out; the rest of its columns wait."""
    workspace, _ = site
    home = with_settings(workspace, "quota = 2\n")
    patrol(home, AskPatrol(once=True), surroundings=around(NIGHT))
    (look,) = seen(workspace, "site.patrolled")
    assert sum(column.entries for column in look.data.columns) in (0, 12)
    with closing(open_patrol_store(home)) as store:
        day = (date(2026, 10, 14) - date(1970, 1, 1)).days
        assert store.spent(LEASE, day) == {DOMAIN: 2}


def test_with_zero_days_the_patrol_visits_alone(site):
    """`look_every_days` and `links_every_days` of 0 leave looks and sweeps to people."""
    workspace, _ = site
    home = with_settings(workspace, "look_every_days = 0\nlinks_every_days = 0\n")
    patrol(home, AskPatrol(once=True), surroundings=around(NIGHT))
    assert seen(workspace, "site.patrolled") == []


def test_a_second_patrol_does_not_read_what_another_reads(site):
    """Whoever holds the sites reads them alone."""
    workspace, _ = site
    with closing(open_patrol_store(workspace.home)) as store:
        assert store.lease(LEASE, "another", 300.0) is not None
        patrol(workspace.home, AskPatrol(once=True), surroundings=around(NIGHT))
    assert seen(workspace, "site.patrolled") == []
