"""A home with intakes moves: facts keep where they come from, manifests lie with the evidence, an undo goes on."""

import pytest

from tests.pipeline.office.intake.city import WEEK_36, taken
from tests.pipeline.office.intake.test_taking_in import verdicts
from tests.pipeline.program import asked, done, rows
from tests.pipeline.transfer.moving import exported

ORIGINS = (
    "SELECT DISTINCT toString(id) AS id, type, actor, intake, basis FROM records WHERE topic = 'facts' AND actor != ''"
    " ORDER BY id"
)


@pytest.mark.slow
def test_facts_move_with_their_origin_and_manifests_with_the_evidence(looks, tmp_path):
    """Actor, intake and basis are those of the old home; what an intake brought is shown and undone in the new one."""
    second = taken(looks, WEEK_36)["intake"]
    origins, listed = rows(looks, "sql", ORIGINS), rows(looks, "intake", "list")
    brought = rows(looks, "intake", "show", second)
    folder = exported(looks, tmp_path / "export")
    new = tmp_path / "new"
    done(new, "init", "--partitions", 7)
    done(new, "import", folder)
    assert origins == rows(new, "sql", ORIGINS)
    assert {row["actor"] for row in origins} == {"office"}
    assert listed == rows(new, "intake", "list")
    assert brought == rows(new, "intake", "show", second)
    assert asked(new, "evidence", "verify")["holds"]
    words = ("intake", "undo", second, "--reason", "报错了周次")
    assert asked(looks, *words)["withdrawn"] == asked(new, *words)["withdrawn"]
    assert verdicts(looks) == verdicts(new)
