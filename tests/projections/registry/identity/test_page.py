"""The rows of a page together."""

from datetime import timedelta

from projections.registry.identity.index import build_index
from projections.registry.identity.matching import match
from projections.registry.identity.page import Seen, match_ledger, match_looks, of_strangers
from projections.registry.identity.statement import Doubt, KnownAccount, Match, Statement, Step
from tests.projections.registry.identity.town import AUTUMN, SPRING, SUMMER, account, row

A, B = "wechat:gh_1", "wechat:x-0123456789abcdef"
KNOWN = (account(A, "柳溪文旅", given_id="gh_1"), account(B, "柳溪体育", given_id="x-0123456789abcdef"))


def ledger(*rows: Statement, known: tuple[KnownAccount, ...] = KNOWN) -> list[Match]:
    index = build_index(known, rows)
    return match_ledger(rows, [match(r, index, AUTUMN) for r in rows], known)


def test_equal_rows_are_one():
    """The later row names the first, known account or new; its remark makes no difference."""
    matches = ledger(row("柳溪体育"), row("柳溪体育 ", remark="重复"), row("柳溪读书"), row("柳溪读书"))
    assert [None, 0, None, 2] == [m.same_as for m in matches]
    assert [B, B, None, None] == [m.subject for m in matches]


def test_rows_that_mean_one_account_and_differ_are_all_in_doubt():
    """Nobody can know which is the account; the first row is no better than the last."""
    first, second = row("柳溪体育", opened_at=SPRING), row("柳溪体育", opened_at=SUMMER)
    assert [(Doubt.CLAIMED_TWICE, (B,))] * 2 == [(m.doubt, m.candidates) for m in ledger(first, second)]
    ids = ledger(row("柳溪体育", account_id="gh_7"), row("柳溪体育", account_id="gh_8"))
    assert [Doubt.CLAIMED_TWICE] * 2 == [m.doubt for m in ids]


def test_a_row_of_the_owner_keeps_the_account():
    """Of two rows of one name the one of another unit is in doubt alone."""
    own, other = ledger(row("柳溪体育"), row("柳溪体育", owner="青石镇人民政府"))
    assert Match(B, by=Step.NAME) == own
    assert (Doubt.CLAIMED_TWICE, (B,)) == (other.doubt, other.candidates)


def test_two_ids_under_one_name_are_two_accounts():
    """Where one row brings the id that is known, the other one is new, and names whose name it bears."""
    old, new = ledger(row("柳溪文旅", account_id="gh_1"), row("柳溪文旅", account_id="gh_2"))
    assert Match(A, by=Step.ID) == old
    assert (Doubt.NOT_REGISTERED, (A,)) == (new.doubt, new.candidates)
    both = ledger(row("柳溪读书", account_id="gh_7"), row("柳溪读书", account_id="gh_8"))
    assert [Doubt.NOT_REGISTERED] * 2 == [m.doubt for m in both]
    one_without = ledger(row("柳溪读书", account_id="gh_7"), row("柳溪读书"))
    assert [Doubt.CLAIMED_TWICE] * 2 == [m.doubt for m in one_without]


def test_a_doubt_about_an_account_that_stands_elsewhere_is_none():
    """By its id the account stands under a new name; the row that comes near the old one is somebody else."""
    renamed, near = ledger(row("乐游古镇", account_id="gh_1"), row("柳溪文旋"))
    assert A == renamed.subject
    assert (Doubt.NOT_REGISTERED, (A,)) == (near.doubt, near.candidates)


def test_of_looks_at_two_times_the_newest_post_counts():
    """The other row names it; at one time both are in doubt."""
    found = [
        Match(A, by=Step.NAME),
        Match(A, by=Step.NAME),
        Match(B, by=Step.NAME),
        Match(None, doubt=Doubt.NEAR),
    ]
    late = AUTUMN + timedelta(hours=1)
    seen = [Seen(AUTUMN, SUMMER), Seen(late, None), Seen(AUTUMN, None), Seen(AUTUMN, None)]
    assert [None, 0, None, None] == [m.same_as for m in match_looks(found, seen)]
    same_time = [Seen(AUTUMN, SUMMER), Seen(AUTUMN, SPRING), *seen[2:]]
    assert [Doubt.CLAIMED_TWICE, Doubt.CLAIMED_TWICE, None, Doubt.NEAR] == [
        m.doubt for m in match_looks(found, same_time)
    ]


def test_a_page_of_strangers_is_of_another_area():
    """Half of the rows are new though the registry holds twenty accounts of the area; with fewer it is a first list."""
    rows = [row(f"柳溪{name}") for name in ("文旅", "体育", "读书", "气象")]
    found = ledger(*rows)
    many = [account(f"wechat:{n}", f"号{n}") for n in range(20)]
    assert of_strangers(rows, found, many)
    assert not of_strangers(rows, found, many[1:])
    assert not of_strangers(rows[:3], found[:3], many)
    assert not of_strangers([], [], many)
