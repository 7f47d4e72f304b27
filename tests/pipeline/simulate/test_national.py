"""The national size: a stream of facts, as many as asked for, that can be scored."""

from collections import Counter
from itertools import islice

import pytest

from pipeline.home.new_home import make_home
from pipeline.home.workspace import open_workspace
from pipeline.office.own_office import is_example
from pipeline.scores.scoring import ask, score_round
from pipeline.simulate.national import load_nation, post_facts, simulate_nation


@pytest.mark.slow
def test_a_small_nation_has_its_accounts_posts_and_looks(tmp_path):
    """Each account is judged, and those that stopped posting are silent."""
    nation = load_nation(accounts=200, posts=6_000, seed=3)
    home = make_home(tmp_path / "home", partitions=4)
    log = home.open_log()
    assert 200 + 6_000 + 200 == simulate_nation(log, nation)
    log.close()
    with open_workspace(home) as workspace:
        run, rows = score_round(workspace, ask(workspace, nation.check_point, None, "national-2019-19", None))
        assert is_example(workspace)
    assert (200, 0) == (run.checked, run.unknown)
    assert 0 < run.failed < 20
    assert {"", "red-5-silent"} == {r.reason for r in rows}


def test_posts_come_by_time_and_unevenly():
    """The busiest tenth of the accounts has a fifth of the posts."""
    nation = load_nation(accounts=100, posts=5_000)
    ids = [f"wechat:{n:03d}" for n in range(100)]
    posts = list(post_facts(nation, ids))
    assert posts == sorted(posts, key=lambda p: p.time)
    assert 5_000 == len({p.id for p in posts})
    busiest = sum(n for _, n in Counter(p.subject for p in posts).most_common(10))
    assert 900 < busiest < 1_300


def test_the_stream_begins_at_once():
    """Twenty million posts are not held in memory: the first thousand are there before the others are made."""
    nation = load_nation()
    assert (100_000, 20_000_000) == (nation.accounts, nation.posts)
    assert 1_000 == len(list(islice(post_facts(nation, ["a", "b"]), 1_000)))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_stream(seed):
    """Load can be made again."""
    nation = load_nation(accounts=50, posts=100, seed=seed)
    ids = [str(n) for n in range(50)]
    assert list(post_facts(nation, ids)) == list(post_facts(nation, ids))
