"""The console on Kafka with PostgreSQL, in a real browser."""

import pytest

from tests.console_walk.on_kafka import servers_at
from tests.console_walk.program import serving
from tests.console_walk.ways import WAYS, City, first_run
from tests.pipeline.program import done


@pytest.mark.long
def test_a_quarter_by_clicks_alone_on_kafka(chromium, bare_cluster, postgres, database, tmp_path):
    """What `test_in_a_browser.py` does in a folder: from no home to an issued bulletin and its correction."""
    papers = tmp_path / "云汀"
    done(tmp_path / "none", "sample", papers)
    servers = servers_at(bare_cluster.bootstrap, bare_cluster.prefix, postgres.url(database))
    with serving(tmp_path / "home", *servers) as program:
        city = City(chromium, program.base, papers, looks=False)
        first_run(city, program.code)
        for way in WAYS:
            way(city)
    assert not city.errors
    assert not (tmp_path / "home" / "signin.sqlite").exists()
    assert not (tmp_path / "home" / "people.sqlite").exists()
