"""`xuncha simulate`: a city or a nation into a home of its own."""

import pytest

from tests.pipeline.program import asked, done, xuncha


@pytest.fixture(scope="module")
def xiangtan(tmp_path_factory):
    """Xiangtan, the smallest city, in a home that the command made."""
    home = tmp_path_factory.mktemp("xiangtan") / "home"
    return home, asked(home, "simulate", "xiangtan")


@pytest.mark.slow
def test_a_city_waits_for_the_freeze_of_its_last_round(xiangtan):
    """What the command prints next is what gives the bulletin's verdict: one of 112 failed."""
    home, made = xiangtan
    assert ("xiangtan", 2022, 113, ["xiangtan-2022Q3"]) == tuple(
        made[n] for n in ("place", "seed", "accounts", "rounds")
    )
    frozen = asked(home, "round", "freeze", made["rounds"][0], "--although", "试点")
    assert (112, 1) == (frozen["checked"], frozen["failed"])


@pytest.mark.slow
def test_the_made_up_registry_stands_the_checks_of_a_real_one(xiangtan):
    """Units, names and numbers are as the rules want them; patrol saw one account that was never filed."""
    home, _ = xiangtan
    answer = xuncha(home, "registry", "check", "--on", "2022-09-30", "--json")
    assert ["unfiled"] == [row["check"] for row in answer.rows]
    assert "湘乡文旅" in answer.rows[0]["reason"]


@pytest.mark.slow
def test_what_happened_in_it_is_told_to_be_made_up(tmp_path):
    """Nobody takes a simulation for facts, and the seed is told."""
    told = done(tmp_path / "home", "simulate", "xiangtan", "--seed", 4).out
    assert "nothing of it happened" in told
    assert "seed 4" in told
    assert "round freeze xiangtan-2022Q3" in told


@pytest.mark.slow
def test_a_small_nation_is_appended(tmp_path):
    """One opening and one look an account, beside the posts."""
    made = asked(tmp_path / "home", "simulate", "national", "--accounts", 50, "--posts", 500)
    assert {"accounts": 50, "posts": 500, "facts": 600} == made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("simulate", "atlantis"), "no place 'atlantis'; there are: suzhou, wuxi, xiangtan"),
        (("simulate", "suzhou", "--accounts", 5), "--accounts and --posts are for national"),
    ],
)
def test_wrong_use_is_told(tmp_path, words, complaint):
    """Nothing is made."""
    answer = xuncha(tmp_path / "home", *words)
    assert 2 == answer.status
    assert complaint in answer.complaint
    assert not (tmp_path / "home").exists()
