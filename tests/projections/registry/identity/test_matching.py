"""Which account a row means."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.registry.identity.index import build_index
from projections.registry.identity.matching import match
from projections.registry.identity.statement import Doubt, Match, Statement, Step
from tests.projections.registry.identity.town import (
    AUTUMN,
    SPRING,
    SUMMER,
    account,
    called,
    found,
    renamed,
    row,
    tree,
    unit,
)

WENLV = account("wechat:gh_1", "柳溪文旅", given_id="gh_1", opened_at=SPRING)
X = "wechat:x-0123456789abcdef"
NO_ID = account(X, "柳溪文旅", given_id="x-0123456789abcdef")


def doubted(stated: Match) -> tuple[Doubt | None, tuple[str, ...]]:
    assert stated.subject is None
    return stated.doubt, stated.candidates


@pytest.mark.parametrize(
    ("stated", "step"),
    [
        (row("改了名字", account_id="gh_1", owner="别的单位"), Step.ID),
        (row("", "", account_id="GH_1 "), Step.ID),
        (row("", account_id="wechat:gh_1"), Step.ID),
        (row("柳溪文旅"), Step.NAME),
        (row("@柳溪⽂旅（订阅号）", "微信公众号", owner=""), Step.NAME),
        (row("柳溪文旅", owner="别的单位"), Step.NAME),
        (row("柳溪文旅", "", owner="区文化和旅游局", area="柳溪区"), Step.NAME_ALONE),
        (row("柳溪文旅", "", owner=""), Step.NAME_ALONE),
    ],
)
def test_handles_decide_in_their_order(stated, step):
    """The id before the name, however it is written; the name alone where area or owner agrees."""
    assert Match("wechat:gh_1", by=step) == found(stated, WENLV)


def test_code_and_link_decide_before_the_name():
    """They are one account's own; a link that two accounts bear says nothing."""
    link = "https://weibo.com/u/7700100201"
    one = account("weibo:a", "柳溪", "新浪微博", national_code="SYS001", link=link)
    two = account("weibo:b", "柳溪发布", "新浪微博")
    stated = row("柳溪发布", "新浪微博", national_code="sys001")
    assert Match("weibo:a", by=Step.NATIONAL_CODE) == found(stated, one, two)
    linked = row("柳溪发布", "新浪微博", link="weibo.com/7700100201")
    assert Match("weibo:a", by=Step.LINK) == found(linked, one, two)
    both = msgspec.structs.replace(two, link=link)
    assert Match("weibo:b", by=Step.NAME) == found(linked, one, both)


def test_an_id_means_an_account_of_its_platform_alone():
    """The same number may be given on two platforms."""
    weibo = account("weibo:77", "柳溪文旅", "新浪微博", given_id="77")
    assert Match("weibo:77", by=Step.ID) == found(row("x", "微博", account_id="77"), weibo)
    assert (Doubt.NOT_REGISTERED, ()) == doubted(found(row("x", "抖音", account_id="77"), weibo))


def test_one_name_on_another_platform_is_another_account():
    """Spellings of a platform are one family, another platform is never meant."""
    app = account("客户端APP:x-0123456789abcdef", "柳溪文旅", "客户端APP")
    assert Match(app.subject, by=Step.NAME) == found(row("柳溪文旅", "移动客户端"), app, WENLV)
    assert Doubt.NOT_REGISTERED is found(row("柳溪文旅", "抖音"), app, WENLV).doubt


def test_another_id_under_one_name_is_asked():
    """It may be another account of that name; a row that brings the first id means the account."""
    assert (Doubt.ID_DIFFERS, ("wechat:gh_1",)) == doubted(found(row("柳溪文旅", account_id="gh_2"), WENLV))
    coded = msgspec.structs.replace(WENLV, national_code="A1")
    assert Doubt.ID_DIFFERS is found(row("柳溪文旅", national_code="A2"), coded).doubt
    assert Match(X, by=Step.NAME) == found(row("柳溪文旅", account_id="gh_2"), NO_ID)


def test_a_service_account_beside_a_subscription_account_is_asked():
    """Only where both say which they are; beside one of the right kind it is not meant."""
    service = account("wechat:gh_9", "柳溪文旅", "微信服务号", given_id="gh_9")
    assert (Doubt.KIND_DIFFERS, ("wechat:gh_1",)) == doubted(found(row("柳溪文旅", "微信服务号"), WENLV))
    typed = row("柳溪文旅", "微信", account_type="服务号")
    assert Match("wechat:gh_9", by=Step.NAME) == found(typed, WENLV, service)
    assert (Doubt.SEVERAL, ("wechat:gh_1", "wechat:gh_9")) == doubted(
        found(row("柳溪文旅", "微信"), WENLV, service)
    )


def test_of_several_the_owner_decides_then_who_is_open():
    """One name may be borne by accounts of two units, and by one that was closed."""
    other = account("wechat:gh_2", "柳溪文旅", owner="青石镇人民政府", area="青石镇")
    assert Match("wechat:gh_2", by=Step.NAME) == found(row("柳溪文旅", owner="青石镇人民政府"), WENLV, other)
    assert Doubt.SEVERAL is found(row("柳溪文旅", owner=""), WENLV, other).doubt
    closed = msgspec.structs.replace(WENLV, closed_at=SUMMER)
    assert Match("wechat:gh_2", by=Step.NAME) == found(row("柳溪文旅", owner=""), closed, other)
    assert Match("wechat:gh_1", by=Step.NAME) == found(row("柳溪文旅"), closed)


def test_a_former_name_counts_in_its_time():
    """A paper of that time means the account; a later one is old paper, or the name has gone to another one."""
    was = renamed("wechat:gh_3", "柳溪文体", ("柳溪旅游", SPRING), ("柳溪文旅", SUMMER))
    stated = row("柳溪文旅")
    assert Match("wechat:gh_3", by=Step.FORMER_NAME) == found(
        stated, was, on=datetime(2026, 5, 1, tzinfo=UTC)
    )
    assert (Doubt.OLD_NAME, ("wechat:gh_3",)) == doubted(found(stated, was, on=AUTUMN))
    assert Match("wechat:gh_3", by=Step.NAME) == found(row("柳溪文体"), was, on=AUTUMN)


def test_a_name_that_went_to_another_account_means_who_bore_it_then():
    """Before the day it went over one account is meant, behind it the other."""
    before = renamed("wechat:gh_3", "柳溪文体", ("柳溪文旅", SUMMER))
    after = account("wechat:gh_4", "柳溪文旅", opened_at=SUMMER)
    assert ["wechat:gh_3", "wechat:gh_4"] == [
        found(row("柳溪文旅"), before, after, on=on).subject for on in (SPRING, AUTUMN)
    ]


def test_without_a_platform_a_name_on_two_is_asked():
    """And so is one that neither area nor owner speaks for."""
    weibo = account("weibo:a", "柳溪文旅", "新浪微博")
    stated = row("柳溪文旅", "")
    assert Doubt.SEVERAL is found(stated, WENLV, weibo).doubt
    strange = row("柳溪文旅", "", owner="", area="青石镇")
    assert (Doubt.PLATFORM_UNSAID, ("wechat:gh_1",)) == doubted(found(strange, WENLV))


@pytest.mark.parametrize(
    "stated",
    [
        row("柳溪文旋"),
        row("柳溪文旋", owner=""),
        row("柳溪文旋", owner="区文化和旅游局"),
        row("柳溪文旅", "微信", owner="", account_id=""),
    ],
)
def test_a_near_name_of_the_same_owner_is_asked_and_never_taken(stated):
    """The owner as anybody writes it, or the area where the row says none."""
    near = msgspec.structs.replace(NO_ID, name="柳溪文旋" if stated.name == "柳溪文旅" else "柳溪文旅")
    assert (Doubt.NEAR, (X,)) == doubted(found(stated, near))


@pytest.mark.parametrize(
    ("stated", "more"),
    [
        (row("柳溪文旋", owner="青石镇人民政府"), {}),
        (row("柳溪文旋", "抖音"), {}),
        (row("柳溪文旋"), {"page": (row("柳溪文旅"),)}),
        (row("柳溪文旋"), {"page": (row("柳溪文旅", ""),)}),
        (row("柳溪文旋", account_id="gh_2"), {}),
        (row("柳溪文旋", "微信服务号"), {}),
    ],
)
def test_what_is_never_near(stated, more):
    """Another owner, another platform, both names in the page, two ids, a service account."""
    assert (Doubt.NOT_REGISTERED, ()) == doubted(found(stated, WENLV, **more))


def test_units_of_the_tree_are_never_near():
    """水务 and 商务 are one character apart; where the tree knows both, they are two."""
    water = account("wechat:gh_5", "柳溪水务", owner="柳溪区水务局")
    stated = row("柳溪商务", owner="")
    assert Doubt.NEAR is found(stated, water).doubt
    units = tree(unit("1", "柳溪区水务局"), unit("2", "柳溪区商务局"))
    assert Doubt.NOT_REGISTERED is found(stated, water, units=units).doubt


def test_a_renamed_unit_is_the_same_owner():
    """Its accounts are found near under its new name."""
    units = tree(unit("1", "柳溪区旅游局"), called("1", "柳溪区文化和旅游局"))
    old = msgspec.structs.replace(NO_ID, owner="柳溪区旅游局")
    assert (Doubt.NEAR, (X,)) == doubted(found(row("柳溪文旋"), old, units=units))


def test_a_new_name_under_a_known_owner_may_be_a_renaming():
    """Where the opening day is the same or a remark says so, and the account stands in no other row."""
    same_day = row("乐游古镇", opened_at=SPRING)
    assert (Doubt.RENAMED, ("wechat:gh_1",)) == doubted(found(same_day, WENLV))
    other = account("wechat:gh_6", "柳溪体育")
    remarked = row("乐游古镇", remark="原名柳溪文旅")
    assert (Doubt.RENAMED, ("wechat:gh_1", "wechat:gh_6")) == doubted(found(remarked, other, WENLV))
    assert Doubt.NOT_REGISTERED is found(same_day, WENLV, page=(row("柳溪文旅"),)).doubt
    assert Doubt.NOT_REGISTERED is found(row("乐游古镇", opened_at=SUMMER), WENLV).doubt


IDS = st.from_regex(r"gh_[0-9a-f]{6}", fullmatch=True)
ACCOUNTS = st.lists(
    st.builds(
        account,
        IDS.map("wechat:{}".format),
        st.text("柳溪青石文旅民政发布一二", min_size=2, max_size=6),
        st.sampled_from(("微信订阅号", "微信服务号", "新浪微博", "抖音")),
        owner=st.sampled_from(("", "柳溪区民政局", "柳溪区文化和旅游局", "青石镇人民政府")),
    ),
    unique_by=lambda a: a.subject,
    max_size=12,
)


@given(ACCOUNTS)
def test_an_account_is_found_by_its_own_handles(accounts):
    """By its id always; by name, platform and owner it is itself, or one of several that bear them, never another."""
    index = build_index(accounts)
    for a in accounts:
        told = {"name": a.name, "platform": a.platform, "owner": a.owner, "area": a.area}
        by_id = match(Statement(account_id=a.subject.partition(":")[2], **told), index, AUTUMN)
        assert a.subject == by_id.subject
        by_name = match(Statement(**told), index, AUTUMN)
        if by_name.subject is None:
            assert by_name.doubt is Doubt.SEVERAL
        else:
            assert a.subject == by_name.subject or a.owner == ""


@given(ACCOUNTS, st.text("柳溪青石文旅民政发布一二", min_size=2, max_size=6))
def test_a_name_that_nobody_bears_is_never_taken(accounts, name):
    """Near or not, only a question comes of it, and at most three accounts are named."""
    others = [a for a in accounts if a.name != name]
    decided = match(row(name), build_index(others), AUTUMN)
    assert decided.subject is None
    assert decided.doubt in (Doubt.NEAR, Doubt.RENAMED, Doubt.NOT_REGISTERED)
    assert len(decided.candidates) <= 3
