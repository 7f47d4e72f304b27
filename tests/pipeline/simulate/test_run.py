"""A simulated city goes through the same services as an office's own facts."""

from pathlib import Path

import pytest

from connectors.history.knowledge import read_known
from connectors.log.port import FACTS
from events.facts import Verdict
from events.instants import FAR
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.new_home import make_home
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.bulletin.compose import templates_of
from pipeline.office.focus.focus_list import focus_list
from pipeline.office.rounds import Freeze, freeze, list_rounds, sample_of
from pipeline.simulate.place import load_place
from pipeline.simulate.run import SIMULATED, keep_style, simulate_city
from projections.registry.units import UNIT_TYPES, tree_faults, units_at
from projections.rounds.state import Stage
from tests.pipeline.simulate.small_place import small_place

PLACE = small_place()
LAST = PLACE.rounds[-1]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The small town, simulated once and frozen."""
    home = make_home(tmp_path_factory.mktemp("town") / "home", partitions=4)
    with open_workspace(home) as workspace:
        simulate_city(workspace, PLACE, 1)
        freeze(workspace, Freeze(LAST.name, SIMULATED), OFFICE)
        yield workspace


@pytest.mark.slow
def test_every_round_is_drawn_checked_and_frozen_but_the_last(tmp_path):
    """The last freeze is left to the office."""
    with open_workspace(make_home(tmp_path / "home", partitions=4)) as workspace:
        made = simulate_city(workspace, PLACE, 5)
        stages = [r.stage for r in list_rounds(workspace)]
    assert [Stage.FROZEN, Stage.DRAWN] == stages
    assert tuple(r.name for r in PLACE.rounds) == made.rounds


@pytest.mark.slow
def test_nothing_is_unknown_and_each_failure_has_its_cause(town: Workspace):
    """The named account fell silent, one wording error was found in November; all others pass."""
    _, rows = freeze(town, Freeze(LAST.name, SIMULATED), OFFICE)
    assert LAST.sample.number == len(rows)
    assert not [r for r in rows if r.verdict is Verdict.UNKNOWN]
    failed = {r.reason for r in rows if r.verdict is Verdict.FAIL}
    assert "red-5-silent" in failed
    assert failed <= {"red-5-silent", "red-1-wording"}


@pytest.mark.slow
def test_the_focus_list_is_always_in_the_sample(town: Workspace):
    """One account recovered and left after its weeks; the silent one is still watched."""
    sample = sample_of(town, list_rounds(town)[-1])
    listed = focus_list(town, LAST.check_point, FAR)
    assert 1 == len(listed)
    assert listed <= set(sample.accounts)
    assert 2 == len(focus_list(town, PLACE.focus.reviews[0], FAR))


def test_the_units_of_the_town_form_a_tree(town: Workspace):
    """The facts about units are those that a sheet of units makes."""
    units = units_at(read_known(town.client, UNIT_TYPES, FAR), LAST.check_point)
    assert not tree_faults(units)
    assert "office" in units


@pytest.mark.slow
def test_the_same_city_again_changes_nothing(town: Workspace):
    """Ids follow from place and seed: the same facts come as duplicates."""
    before = town.client.query("SELECT uniqExact(id) FROM records WHERE type NOT LIKE 'log.%'").result_rows
    written = sum(town.log.end_offsets(FACTS))
    simulate_city(town, PLACE, 1)
    assert sum(town.log.end_offsets(FACTS)) > written
    after = town.client.query("SELECT uniqExact(id) FROM records WHERE type NOT LIKE 'log.%'").result_rows
    assert before == after


def test_a_home_with_other_accounts_is_refused(town: Workspace):
    """Two registries in one home would be one population."""
    with pytest.raises(UsageError, match="of another registry"):
        simulate_city(town, PLACE, 2)


def test_the_style_of_the_place_is_written_once(tmp_path: Path):
    """Wuxi counts four groups of platforms; an office that has settled its own style keeps it."""
    home = make_home(tmp_path / "home", partitions=4)
    keep_style(home, load_place("wuxi"))
    assert 4 == len(templates_of(home).style.conventions.groups)
    style = home.path / "templates" / "bulletin.toml"
    style.write_text('office = "某办公室"\n', "utf-8")
    keep_style(home, load_place("wuxi"))
    assert "某办公室" == templates_of(home).style.office
