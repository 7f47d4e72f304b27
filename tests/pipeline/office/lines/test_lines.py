"""应急管理部 2024Q1: lines of ministries beside areas, and a share of every line."""

import re
import zipfile
from collections import Counter
from uuid import UUID

import pytest

from events.facts import RegistryEntry
from events.round_plan import SamplePlan
from pipeline.office.lines.figures import figures_of
from projections.rounds.sampling import draw_sample
from tests.pipeline import small_city as c
from tests.pipeline.claims.office import OVERRIDES
from tests.pipeline.office.rounds.steps import NAME, frozen
from tests.pipeline.program import asked, done, rows, xuncha

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


@pytest.mark.slow
def test_both_trees_have_their_figures_from_one_frozen_round(city):
    """The rows are the same; lines and areas group them."""
    assert 4 == len(asked(city, "accounts", "line", "应急管理", "--unit", c.OFFICE, *SINCE)["accounts"])
    assert [] == asked(city, "accounts", "line", "应急管理", "--account", c.POSTING, *SINCE)["accounts"]
    assert [("应急管理", 4), ("", 1)] == [
        (row["branch"], row["accounts"]) for row in rows(city, "accounts", "lines")
    ]
    frozen(city, "--share", "0.1", "--by", "line")
    lines, areas = (rows(city, "accounts", "lines", "--round", NAME, "--tree", t) for t in ("line", "area"))
    assert [1, 1] == [row["checked"] for row in lines]
    assert sum(row["checked"] for row in lines) == sum(row["checked"] for row in areas) == 2
    refused = xuncha(city, "accounts", "line", "教育", *SINCE)
    assert 2 == refused.status


@pytest.mark.slow
def test_two_bulletins_go_out_from_one_freeze(city, tmp_path):
    """By area (块) and by line (条), each under a number of its own; what they count in all is the same."""
    done(city, "office", "set", "--name", "某市政府办公室", "--letterhead", "某市政府办公室文件")
    frozen(city)
    refused = xuncha(city, "bulletin", "draft", NAME, "--tree", "line", "--out", tmp_path / "none")
    assert (2, True) == (refused.status, "belongs to a line" in refused.complaint)
    done(city, "accounts", "line", "应急管理", "--unit", c.OFFICE, *SINCE)
    second = f"{NAME}-2"
    done(city, "round", "announce", second, "--check-point", c.CHECK_POINT)
    done(city, "round", "draw", second)
    done(city, "round", "freeze", second, "--although", "试点")
    figures = {}
    for tree in ("area", "line"):
        words = ("--tree", tree, "--out", tmp_path / tree)
        figures[tree] = asked(city, "bulletin", "draft", second, *words)["figures"]
        done(city, "bulletin", "check", second, *words)
        issue = ("--number", f"某办〔2021〕{len(figures)}号", "--on", "2021-07-01", *words)
        done(city, "bulletin", "issue", second, *issue, *OVERRIDES)
        assert "issued" == asked(city, "bulletin", "show", second, "--tree", tree)["stage"]
    by_area, by_line = figures["area"], figures["line"]
    for name in ("checked", "passed", "failed", "unknown", "pass_rate", "annex_rows"):
        assert by_area[name] == by_line[name]
    assert {"应急管理", "不属于条线"} == set(by_line["checked_by_area"])
    assert by_line["checked"] == sum(by_line["checked_by_area"].values())
    with zipfile.ZipFile(next((tmp_path / "line").glob("*.docx"))) as document:
        text = re.sub("<[^>]+>", "", document.read("word/document.xml").decode())
    assert "应急管理" in text
    assert "（按条线）" in text
    both = xuncha(city, "bulletin", "draft", second, "--tree", "line", "--internal")
    assert 2 == both.status
