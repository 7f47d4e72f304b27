"""应急管理部 2024Q1: lines of ministries beside areas, and a share of every line."""

from collections import Counter
from uuid import UUID

import pytest

from events.facts import RegistryEntry
from events.round_plan import SamplePlan
from pipeline.office.lines.figures import figures_of
from projections.rounds.sampling import draw_sample
from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, rows, xuncha
from tests.pipeline.rounds.steps import NAME, frozen

SINCE = ("--since", "2021-01-01", "--basis", "条线清单")


def entry(line, area):
    return RegistryEntry("1", "甲", "抖音", "某局", "", area, None, UUID(int=1), line=line)


@pytest.mark.parametrize(("size", "drawn"), [(10, 1), (11, 2), (1, 1), (20, 2), (0, 0)])
def test_a_share_by_line_is_rounded_up_in_each(size, drawn):
    """应急管理部 2024Q1: at least 10 % of every line, however small it is."""
    population = {f"a{n}": entry("应急管理", "甲县") for n in range(size)}
    population |= {f"b{n}": entry("教育", "乙县") for n in range(30)}
    sample = draw_sample(population, frozenset(), SamplePlan(strata=("line",), share=0.1))
    counted = Counter(population[account].line for account in sample.accounts)
    assert (drawn, 3) == (counted["应急管理"], counted["教育"])


def test_each_account_counts_once_in_each_tree():
    """The sums over lines and over areas are the population."""
    population = {"a": entry("应急管理", "甲县"), "b": entry("应急管理", "乙县"), "c": entry("", "甲县")}
    by_line, by_area = (figures_of(population, [], tree) for tree in ("line", "area"))
    assert [("应急管理", 2), ("", 1)] == [(f.branch, f.accounts) for f in by_line]
    assert [("乙县", 1), ("甲县", 2)] == [(f.branch, f.accounts) for f in by_area]


def test_both_trees_have_their_figures_from_one_frozen_round(home, tmp_path):
    """The rows are the same; lines and areas group them."""
    done(home, "accounts", "import", c.registry(tmp_path))
    done(home, "polls", "replay", c.recorded_polls(tmp_path))
    assert 4 == len(asked(home, "accounts", "line", "应急管理", "--unit", c.OFFICE, *SINCE)["accounts"])
    assert [] == asked(home, "accounts", "line", "应急管理", "--account", c.POSTING, *SINCE)["accounts"]
    assert [("应急管理", 4), ("", 1)] == [
        (row["branch"], row["accounts"]) for row in rows(home, "accounts", "lines")
    ]
    frozen(home, "--share", "0.1", "--by", "line")
    lines, areas = (rows(home, "accounts", "lines", "--round", NAME, "--tree", t) for t in ("line", "area"))
    assert [1, 1] == [row["checked"] for row in lines]
    assert sum(row["checked"] for row in lines) == sum(row["checked"] for row in areas) == 2
    refused = xuncha(home, "accounts", "line", "教育", *SINCE)
    assert 2 == refused.status
