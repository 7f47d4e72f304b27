"""`xuncha run` of a home whose settings name websites and no source."""

import subprocess
import time
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import pytest

from events.codec import Event
from events.days import chinese_day
from events.site import ColumnDeclared, SiteRegistered, site_subject
from pipeline.home.folder import Home
from pipeline.home.workspace import open_workspace
from projections.patrol.site_days import planned_reading
from tests.pipeline.patrol.site import facts
from tests.pipeline.patrol.sites.test_sites_seen import served
from tests.pipeline.program import command, environment

_SECONDS = 120


def read_at_once():
    """Return the domain of a site whose place of the day is within a quarter of a minute from midnight on."""
    day = chinese_day(datetime.now(UTC))
    start = planned_reading("", "look", day, 0, 0)
    domains = (f"www{n}.pingchuan.example" for n in count())
    return next(
        domain
        for domain in domains
        if (planned_reading(site_subject(domain), "look", day, 0, 24) - start).total_seconds() < 15
    )


@pytest.mark.slow
def test_run_reads_websites_where_no_source_is_named(new_home):
    """With `[sites]` alone a patrol runs beside the folds: home page and column become a look, and it ends well."""
    subject = site_subject(read_at_once())
    settings = "[sites]\nallow_private = true\npause_s = 0.0\nlinks_every_days = 0\n"
    (new_home / "xuncha.toml").write_text(settings, "utf-8")
    with served() as server:
        told = (
            SiteRegistered(
                name="平川市人民政府",
                kind="government",
                unit="平川市人民政府办公室",
                home_url=f"{server.url}/",
            ),
            ColumnDeclared(
                column_id="gzdt", name="工作动态", url=f"{server.url}/zwdt/gzdt/", column_class="news"
            ),
        )
        since = datetime(2026, 1, 1, tzinfo=UTC)
        with open_workspace(Home(new_home)) as workspace:
            workspace.log.append([Event(uuid4(), "sheets", subject, since, data) for data in told])
        words = command(new_home, "run")
        with subprocess.Popen(
            words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as owner:
            deadline = time.monotonic() + _SECONDS
            while not (looks := facts(new_home, "site.patrolled")):
                assert owner.poll() is None, owner.communicate()[1]
                assert time.monotonic() < deadline
                time.sleep(0.1)
            owner.terminate()
            _, err = owner.communicate(timeout=60)
    assert owner.returncode == 0, err
    (look,) = looks
    assert (look.subject, [shown.column_id for shown in look.data.columns]) == (subject, ["gzdt"])
    assert look.data.columns[0].newest_at is not None
    assert facts(new_home, "account.patrolled") == []
