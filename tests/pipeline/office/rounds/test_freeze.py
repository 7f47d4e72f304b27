"""Freezing and revising: the frozen run stays, later knowledge makes a run of its own with a list of what changed."""

import time
from importlib import resources

import pytest

from connectors.history.client import open_embedded
from projections.rules.digest import rows_digest
from projections.rules.scorer import SCORER_VERSION
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.steps import FREEZE, NAME, announced, drawn, frozen
from tests.pipeline.program import asked, by_account, done, rows, xuncha


def finding_of(home, account):
    return next(r["finding_id"] for r in rows(home, "findings", "list") if r["account_id"] == account)


def closed_before(folder, account):
    """Write a filing that comes late: the account was cancelled before the check point."""
    return sheet(
        folder / "filings.csv",
        ("账号ID", "账号名称", "平台", "备案类别", "生效时间", "备案时间", "原因"),
        (account, c.NAMES[account], "新浪微博", "注销", "2021-06-01", "2021-07-01", "整合"),
    )


@pytest.mark.slow
def test_a_frozen_round_is_a_run_of_its_sample(city):
    """The run counts the sample; its rows are those of a run over everybody, and it can be proven."""
    run = frozen(city, "--share", 0, "--include", c.SILENT, "--include", c.POSTING)
    everybody = by_account(asked(city, "score", "--check-point", c.CHECK_POINT)["rows"])
    assert (2, 1, 1, 0) == tuple(run[k] for k in ("checked", "passed", "failed", "gone"))
    assert {i: everybody[i] for i in (c.POSTING, c.SILENT)} == by_account(run["rows"])
    assert asked(city, "verify", run["run_id"])["holds"]


def test_freezing_again_gives_the_same_run(frozen_city):
    """A round is frozen once; what was learnt since does not enter."""
    first = asked(frozen_city, *FREEZE)
    done(
        frozen_city,
        "findings",
        "withdraw",
        finding_of(frozen_city, c.SERVICE),
        "--reason",
        "误报",
        "--second",
        "分管主任",
    )
    again = asked(frozen_city, *FREEZE)
    assert first == again
    assert 1 == len(rows(frozen_city, "rounds"))


@pytest.mark.slow
def test_rows_that_nobody_can_judge_are_reported(drawn_city):
    """An unknown account waits for a look by hand."""
    assert "无法判定，请补查" in (told := done(drawn_city, *FREEZE).out)
    assert c.NAMES[c.UNSEEN] in told


@pytest.mark.slow
def test_a_round_of_red_lines_scores_nothing(city):
    """Wuxi, October and November (domain section 7): red lines alone; the finding of a yellow line takes no points."""
    run = frozen(city, "--kind", "red_lines")
    by_id = by_account(run["rows"])
    assert {None} == {row["points"] for row in run["rows"]}
    assert ("pass", []) == (by_id[c.SERVICE]["verdict"], by_id[c.SERVICE]["deductions"])
    assert "fail" == by_id[c.SILENT]["verdict"]
    assert asked(city, "verify", run["run_id"])["holds"]


def test_a_whole_round_and_a_run_by_score_have_the_same_digest(frozen_city):
    """The digest is about rows; who was sampled stands in the manifest."""
    run = asked(frozen_city, *FREEZE)
    scored = asked(frozen_city, "score", "--check-point", c.CHECK_POINT)
    assert run["digest"] == scored["digest"]
    assert run["manifest_hash"] != scored["manifest_hash"]


@pytest.mark.slow
def test_an_objection_a_false_alarm_and_a_backdated_filing_make_a_revision_that_lists_exactly_these(
    frozen_city, tmp_path
):
    """Issue 5, done when: the old digest verifies, and the revision says what changed and why."""
    first = asked(frozen_city, *FREEZE)
    objection = asked(
        frozen_city, "round", "object", NAME, "--account", c.POSTING, "--finding", finding_of(frozen_city, c.POSTING),
        "--reason", "转载有出处",
    )  # fmt: skip
    done(frozen_city, "round", "decide", objection["objection_id"], "--upheld", "--reason", "出处属实")
    done(
        frozen_city,
        "findings",
        "withdraw",
        finding_of(frozen_city, c.SERVICE),
        "--reason",
        "非商业广告",
        "--second",
        "分管主任",
    )
    done(frozen_city, "filings", "import", closed_before(tmp_path, c.UNSEEN))
    revision = asked(frozen_city, "round", "revise", NAME)
    changes = {
        row["account_id"]: (row["before"], row["after"], [(e["type"], e["reason"]) for e in row["causes"]])
        for row in revision["rows"]
    }
    withdrawn = "finding.withdrawn"
    assert {c.POSTING, c.SERVICE, c.UNSEEN} == changes.keys()
    assert ("pass 98", "pass 100", [(withdrawn, "异议成立：出处属实")]) == changes[c.POSTING]
    assert ("pass 90", "pass 100", [(withdrawn, "非商业广告")]) == changes[c.SERVICE]
    closed = [("account.closed", "整合")]
    assert ("unknown (never_looked)", "不在范围 not checked", closed) == changes[c.UNSEEN]
    for run_id in (first["run_id"], revision["run"]["run_id"]):
        assert asked(frozen_city, "verify", run_id)["holds"]
    assert (5, 4) == (first["checked"], revision["run"]["checked"])
    assert first["digest"] == asked(frozen_city, *FREEZE)["digest"]
    shown = asked(frozen_city, "round", "show", NAME)
    assert first["run_id"] == shown["frozen_run"]
    assert [revision["run"]["run_id"]] == shown["revisions"]


@pytest.mark.slow
def test_a_revision_without_a_change_records_nothing(city):
    """Nothing changed: no run, no fact; an account outside the sample is no change."""
    run = frozen(city, "--share", 0, "--include", c.SILENT)
    done(city, "findings", "withdraw", finding_of(city, c.SERVICE), "--reason", "误报")
    revision = asked(city, "round", "revise", NAME)
    assert (run["run_id"], None, []) == (revision["previous"], revision["run"], revision["rows"])
    assert [] == rows(city, "sql", "SELECT id FROM records WHERE type = 'round.revised'")
    assert 1 == len(rows(city, "rounds"))
    assert "没有变化" in done(city, "round", "revise", NAME).out


@pytest.mark.slow
def test_a_second_revision_tells_what_changed_since_the_first(frozen_city):
    """Each revision is held against the run before it."""
    for account in (c.POSTING, c.SERVICE):
        done(
            frozen_city,
            "findings",
            "withdraw",
            finding_of(frozen_city, account),
            "--reason",
            "误报",
            "--second",
            "分管主任",
        )
        revision = asked(frozen_city, "round", "revise", NAME)
        assert [account] == [row["account_id"] for row in revision["rows"]]
    assert revision["run"]["run_id"] == asked(frozen_city, "round", "show", NAME)["newest_run"]


def test_a_closed_round_takes_nothing_more(frozen_city, tmp_path):
    """Close, and every step is refused with what to do."""
    done(frozen_city, "round", "close", NAME, "--reason", "通报已印发")
    assert "closed" == asked(frozen_city, "round", "close", NAME)["stage"]
    for words in (("revise", NAME), ("sheets", NAME, "--folder", tmp_path)):
        answer = xuncha(frozen_city, "round", *words)
        assert 2 == answer.status
        assert "is closed and cannot be" in answer.complaint


@pytest.mark.slow
def test_a_run_of_a_sample_whose_rows_were_touched_does_not_hold(city):
    """verify exits 1 where the stored rows are no longer those of the digest."""
    run = frozen(city, "--share", 0, "--include", c.SILENT, "--include", c.POSTING)
    touch(city, f"DELETE FROM verdict_rows WHERE given_id = '{c.SILENT}'")
    answer = xuncha(city, "verify", run["run_id"], "--json")
    assert (1, False) == (answer.status, answer.json["holds"])


def test_a_round_is_not_frozen_before_its_check_point(city):
    """What happens until the check point counts; the draw may come before it."""
    announced(city, "--check-point", "2100-01-01T00:00:00+08:00")
    done(city, "round", "draw", NAME)
    answer = xuncha(city, *FREEZE)
    assert 2 == answer.status
    assert "the check point 2100-01-01T00:00:00+08:00 has not passed yet" in answer.complaint
    assert [] == rows(city, "rounds")


@pytest.fixture
def own_ruleset(city):
    """A ruleset of the office's own, in a round that is drawn by it."""
    path = city / "rulesets" / "own.toml"
    path.parent.mkdir()
    released = (resources.files("infra") / "rulesets" / "national-2019-19.toml").read_text("utf-8")
    path.write_text(released.replace('"national-2019-19"', '"own"'), "utf-8")
    drawn(city, "--ruleset", "own")
    return path


@pytest.mark.slow
def test_a_round_is_scored_with_the_ruleset_file_that_was_announced(city, own_ruleset):
    """An edited file under the same name and version is refused, in the freeze and in a revision."""
    text = own_ruleset.read_text("utf-8")
    edited = text.replace("look_max_age_hours = 72", "look_max_age_hours = 71")
    for step in ("freeze", "revise"):
        own_ruleset.write_text(edited, "utf-8")
        answer = xuncha(city, "round", step, NAME)
        assert 2 == answer.status
        assert "put the announced file back, a change is a new version" in answer.complaint
        own_ruleset.write_text(text, "utf-8")
        done(city, *(FREEZE if step == "freeze" else ("round", step, NAME)))


def touch(home, sql):
    """Change the stored history behind the program's back."""
    client = open_embedded(home / "history")
    client.command(sql)
    client.close()


def test_a_round_is_not_revised_by_another_scorer(frozen_city):
    """Rows would differ for no fact at all; the run says which scorer it had."""
    touch(
        frozen_city,
        f"""ALTER TABLE runs UPDATE manifest = replace(manifest, '"scorer":{SCORER_VERSION}', '"scorer":0') WHERE 1""",
    )
    answer = xuncha(frozen_city, "round", "revise", NAME)
    assert 2 == answer.status
    assert f"was scored by scorer 0, this release has scorer {SCORER_VERSION}" in answer.complaint


@pytest.mark.slow
def test_a_stored_run_is_held_against_the_log(city, own_ruleset):
    """Rows and digest that agree with one another, and not with what the log recorded, are not the round's run."""
    run = asked(city, *FREEZE)
    proof = asked(city, "verify", run["run_id"])
    assert (True, NAME, run["digest"]) == tuple(proof[k] for k in ("holds", "round", "recorded_digest"))
    own_ruleset.unlink()
    assert asked(city, "verify", run["run_id"])["holds"]
    touch(city, "DELETE FROM verdict_rows WHERE 1")
    touch(city, f"ALTER TABLE runs UPDATE digest = '{rows_digest(())}' WHERE 1")
    answer = xuncha(city, "verify", run["run_id"], "--json")
    assert (1, run["digest"]) == (answer.status, answer.json["recorded_digest"])
    assert answer.json["digest"] == answer.json["stored_digest"]
    for step in ("freeze", "revise"):
        answer = xuncha(city, "round", step, NAME)
        assert 2 == answer.status
        assert f"the log recorded {run['digest'][:12]}; the history was changed" in answer.complaint


@pytest.mark.slow
def test_a_city_of_a_thousand_accounts_is_drawn_and_frozen_in_seconds(home, tmp_path):
    """Issue 5, done when: sample and score of 1,000 accounts in seconds; of ten, eight post and one is silent."""
    accounts, posts, looks = [], [], []
    for n in range(1000):
        kind = ("某市级局", "市级") if n % 5 == 0 else ("某区办", "县级")
        accounts.append((f"g{n}", f"某市{n}号", "微信订阅号", *kind, f"区{n % 9}"))
        if n % 10 < 9:
            newest = "2021-05-20 09:00" if n % 10 == 8 else "2021-06-16 09:00"
            posts.append((f"g{n}", newest, f"https://example.cn/{n}"))
            looks.append((f"g{n}", "2021-06-17 13:00", newest))
    headers = ("账号ID", "账号名称", "平台", "主办单位", "层级", "地区")
    done(home, "accounts", "import", sheet(tmp_path / "accounts.csv", headers, *accounts))
    headers = ("账号ID", "发布时间", "链接")
    done(home, "posts", "import", sheet(tmp_path / "posts.csv", headers, *posts))
    headers = ("账号ID", "检查时间", "最新发布时间")
    done(home, "looks", "import", sheet(tmp_path / "looks.csv", headers, *looks))
    announced(home, "--all-of-tier", "市级", "--sample", 600, "--by", "area")
    begun = time.perf_counter()
    sample = asked(home, "round", "draw", NAME)
    run = asked(home, *FREEZE)
    took = time.perf_counter() - begun
    kinds = [int(account[-1]) for account in sample["accounts"]]
    silent, unseen = kinds.count(8), kinds.count(9)
    assert (600, 600 - silent - unseen, silent, unseen) == tuple(
        run[k] for k in ("checked", "passed", "failed", "unknown")
    )
    assert min(silent, unseen) > 20
    assert took < 20


@pytest.mark.parametrize(
    "word", ["announce", "draw", "sheets", "read", "object", "decide", "recheck", "freeze", "revise"]
)
def test_every_step_says_how_it_is_used(tmp_path, word):
    """The help of each command ends with an example."""
    assert "Example: xuncha round" in done(tmp_path, "round", word, "--help").out
