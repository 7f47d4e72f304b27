"""A ledger that comes back with typing errors mended: changes, and no twin."""

from projections.registry.identity.index import build_index
from projections.registry.identity.matching import match
from projections.registry.identity.owners import Owners, compare_owners
from projections.registry.identity.page import match_ledger
from projections.registry.identity.statement import Doubt, KnownAccount, Match, Statement, Step
from tests.projections.registry.identity.town import AUTUMN, account, row

FIRST = (
    row("柳溪文旋", account_id=""),
    row("柳溪文旅", "抖音", account_id="lxwl2020"),
    row("柳溪普法", owner="柳溪区司发局"),
    row("柳溪民政", "订月号", owner="区民政局"),
    row("柳溪农业农村 ", "微信公众号（订阅号）", owner="柳溪区农业农村局"),
    row("爱柳溪", "客户端APP", owner="柳溪区人民政府办公室"),
    row("健康柳溪", "APP", owner="柳溪区卫生健康委员会"),
    row("柳溪交警", "微博", owner="柳溪区公安局"),
    row("柳溪财政", owner="柳溪区财政局"),
    row("柳溪财政服务", "微信服务号", owner="柳溪区财政局"),
    row("美丽城东", owner="城东镇人民政府"),
)
MENDED = (
    row("柳溪文旅", account_id=""),
    row("柳溪文旅", "抖音", account_id="lxwl2020"),
    row("柳溪普法", owner="柳溪区司法局"),
    row("柳溪民政", "微信订阅号", owner="柳溪区民政局"),
    row("柳溪农业农村", "微信订阅号", owner="柳溪区农业农村局"),
    row("爱柳溪", "移动客户端", owner="柳溪区府办"),
    row("健康柳溪", "移动客户端", owner="柳溪区卫健委", account_id="wxa-01"),
    row("柳溪交警", "新浪微博", owner="柳溪区公安局"),
    row("柳溪财政", owner="柳溪区财政局"),
    row("柳溪财政服务", "微信服务号", owner="柳溪区财政局"),
    row("美丽城东", owner="城东镇人民政府"),
    row("美丽城西", owner="城西镇人民政府"),
)


def opened(rows: tuple[Statement, ...]) -> list[KnownAccount]:
    """Return the accounts that a first ledger opens."""
    return [
        account(
            f"p:{r.account_id or f'x-{n:016x}'}",
            r.name,
            r.platform,
            owner=r.owner,
            given_id=r.account_id,
            area=r.area,
        )
        for n, r in enumerate(rows)
    ]


def ledger(rows: tuple[Statement, ...], known: list[KnownAccount]) -> list[Match]:
    index = build_index(known, rows)
    return match_ledger(rows, [match(r, index, AUTUMN) for r in rows], known)


def test_the_same_ledger_again_is_the_same_accounts():
    """Every row finds the account that it opened, and none is in doubt."""
    known = opened(FIRST)
    assert [a.subject for a in known] == [m.subject for m in ledger(FIRST, known)]


def test_a_mended_ledger_makes_no_twin():
    """A mended name is asked about; owner and spelling of the platform are changes of the account that is known."""
    known = opened(FIRST)
    known[3] = account(
        known[3].subject, "柳溪民政", "微信订阅号", owner="区民政局"
    )  # as it was answered then
    matches = ledger(MENDED, known)
    assert (Doubt.NEAR, (known[0].subject,)) == (matches[0].doubt, matches[0].candidates)
    assert [a.subject for a in known[1:]] == [m.subject for m in matches[1:11]]
    assert [Step.ID, *[Step.NAME] * 9] == [m.by for m in matches[1:11]]
    assert Doubt.NOT_REGISTERED is matches[11].doubt
    owners = [compare_owners(new.owner, known[n].owner, area=new.area) for n, new in enumerate(MENDED[:11])]
    assert {2: Owners.SLIP, 6: Owners.DIFFERS} == {n: o for n, o in enumerate(owners) if o is not Owners.SAME}
