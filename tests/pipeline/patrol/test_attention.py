"""What bears on looks beside an account's own line, from the facts of a home."""

from pathlib import Path

import pytest

from pipeline.home.folder import Home
from pipeline.home.read_model import open_read_model
from pipeline.patrol.attention import attentions
from projections.patrol.needs import Attention
from tests.pipeline.office.today import office
from tests.pipeline.program import done
from tests.projections.patrol.lines import at, moment

NOW = "2025-09-28 09:00"
CHECK_POINT = "2025-09-30T00:00:00+08:00"
ROUND_AT = at("2025-09-30 00:00")


@pytest.fixture
def city(home: Path, tmp_path: Path) -> Path:
    office.build(home, tmp_path)
    return home


def found(home: Path, now: str = NOW, **options) -> dict[str, Attention]:
    """Return what bears on each account, by name."""
    with open_read_model(Home(home)) as model:
        lines = {line.account_id: line for line in model.lines()}
        told = attentions(model, lines, moment(now), **options)
    return {lines[account].name: attention for account, attention in told.items()}


def test_a_round_of_an_area_is_looked_at_for_until_it_is_called_off(city):
    """Its check point bears on the accounts of the area alone; of two rounds the first one counts."""
    assert {attention.round_at for attention in found(city).values()} == {None}
    done(city, "round", "announce", "r1", "--check-point", CHECK_POINT, "--area", "乙区")
    told = found(city)
    assert {name for name, attention in told.items() if attention.round_at == ROUND_AT} == {
        "乙区文旅",
        "乙区民政",
    }
    done(city, "round", "announce", "r2", "--check-point", "2025-09-29T00:00:00+08:00")
    assert {attention.round_at for attention in found(city).values()} == {at("2025-09-29 00:00")}
    done(city, "round", "cancel", "r2", "--reason", "计划有误")
    assert found(city) == told
    assert {attention.round_at for attention in found(city, "2025-10-20 09:00").values()} == {None}


def test_canaries_are_those_of_the_source(city):
    """Who asks names them; everybody else is none."""
    with open_read_model(Home(city)) as model:
        first = model.lines()[0]
    told = found(city, canaries={first.account_id})
    assert [name for name, attention in told.items() if attention.canary] == [first.name]
