"""What an intake would bring today, and the answers that are remembered."""

from tests.copied import copied
from tests.pipeline.office.intake.city import CORRECTED, LEDGER, WEEK_35, planned, taken
from tests.pipeline.program import done, rows, xuncha


def test_an_intake_of_today_differs_in_nothing(with_looks):
    """Planned again with its answers, a paper says what it said."""
    assert [row["kinds"] for row in rows(with_looks, "intake", "list")][-1] == ["looks"]
    number = rows(with_looks, "intake", "list")[-1]["intake"]
    assert rows(with_looks, "intake", "diff", number) == []


def test_what_a_later_paper_corrected_differs(looks):
    """The first ledger would change back what the corrected one mended."""
    taken(looks, CORRECTED)
    first = rows(looks, "intake", "list")[0]["intake"]
    told = {(row["what"], row["name"]) for row in rows(looks, "intake", "diff", first)}
    assert told == {("new", "青屏文旅"), ("new", "石渡普法")}


def test_an_undone_intake_differs_in_all_of_its_facts(registry):
    """What was withdrawn would be told anew."""
    number = taken(registry, WEEK_35)["intake"]
    done(registry, "intake", "undo", number, "--reason", "报错了周次")
    told = rows(registry, "intake", "diff", number)
    assert sum(row["what"] == "withdrawn" for row in told) == sum(row["what"] == "new" for row in told) == 120


def test_a_forgotten_answer_is_asked_again(with_ledger, tmp_path):
    """An answer is listed with field and cell, and gone once it is forgotten; a second time there is none."""
    home = copied(with_ledger, tmp_path / "home")
    (answer,) = [a for a in rows(home, "intake", "answers", "list") if a["cell"] == "订月号"]
    assert (answer["field"], answer["answer"]) == ("platform", "微信订阅号")
    asked_before = [q for q in planned(home, LEDGER)["questions"] if q["cell"] == "订月号"]
    done(home, "intake", "answers", "forget", "platform", "订月号")
    (now,) = [q for q in planned(home, LEDGER)["questions"] if q["cell"] == "订月号"]
    assert (asked_before[0]["answer"], now["answer"]) == ("微信订阅号", None)
    again = xuncha(home, "intake", "answers", "forget", "platform", "订月号")
    assert (again.status, "no answer is remembered" in again.complaint) == (2, True)
