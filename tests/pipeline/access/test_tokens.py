import pytest

from pipeline.access.tokens import (
    AddToken,
    ScopeKind,
    TokenKind,
    Tokens,
    TokenScope,
    find_token,
    list_tokens,
    make_token,
    revoke_token,
)
from pipeline.access.user_care import SYSTEM, disable_user, revoke_role
from pipeline.access.users import Grant, Role, user_of
from pipeline.home.errors import NotFoundError, UsageError
from tests.pipeline.access.people import ADMIN, NOW, add, later

MINE = TokenScope(ScopeKind.SOURCE, "monitor-2")
FIRM = Grant(Role.FIRM, "monitor-2")


def asked(*scopes, kinds=(TokenKind.LOOK,), days=30):
    return AddToken("监测平台", kinds, scopes, later(days=days))


def test_a_token_is_shown_once_and_kept_hashed(store):
    """What the store holds opens nothing."""
    made = make_token(store, asked(MINE), None, NOW)
    found = Tokens(store).find(made.secret, NOW)
    assert (found.id, found.kinds, found.names(ScopeKind.SOURCE)) == (
        made.id,
        {TokenKind.LOOK},
        {"monitor-2"},
    )
    assert found.actor.code == made.id
    stored = store.tokens()[0]
    assert made.secret not in repr(stored)
    for other in (stored.token, made.id, made.secret[:-1], "", "xct_"):
        assert find_token(store, other, NOW) is None


def test_a_token_ends_by_time_and_by_hand(store):
    made = make_token(store, asked(MINE), None, NOW)
    assert find_token(store, made.secret, later(days=29)) is not None
    assert find_token(store, made.secret, later(days=30)) is None
    revoke_token(store, made.id, SYSTEM, NOW)
    assert find_token(store, made.secret, NOW) is None
    with pytest.raises(NotFoundError):
        revoke_token(store, "t-none", SYSTEM, NOW)


def test_a_token_reaches_no_further_than_its_maker(store):
    """A firm's is about its source; one about everything only an administrator makes."""
    firm = user_of(add(store, "firm", FIRM))
    make_token(store, asked(MINE), firm, NOW)
    for scopes in ((), (TokenScope(ScopeKind.SOURCE, "other"),), (MINE, TokenScope(ScopeKind.AREA, "甲区"))):
        with pytest.raises(UsageError, match="no further than its maker"):
            make_token(store, asked(*scopes), firm, NOW)
    make_token(store, asked(), user_of(add(store, "zhang", ADMIN)), NOW)


def test_a_token_dies_with_the_rights_of_its_maker(store):
    """Who lost the role, or was disabled, has no program that goes on."""
    firm = add(store, "firm", FIRM)
    made = make_token(store, asked(MINE), user_of(firm), NOW)
    revoke_role(store, firm.id, FIRM, SYSTEM, NOW)
    assert find_token(store, made.secret, NOW) is None
    admin = add(store, "zhang", ADMIN)
    add(store, "li", ADMIN)
    of_admin = make_token(store, asked(), user_of(admin), NOW)
    assert find_token(store, of_admin.secret, NOW) is not None
    disable_user(store, admin.id, SYSTEM, NOW)
    assert find_token(store, of_admin.secret, NOW) is None


@pytest.mark.parametrize(
    "wrong",
    [
        asked(MINE, kinds=()),
        asked(MINE, days=0),
        asked(MINE, days=400),
        asked(TokenScope(ScopeKind.SOURCE, " ")),
        AddToken("", (TokenKind.LOOK,), (MINE,), later(days=1)),
    ],
)
def test_a_token_says_what_and_until_when(store, wrong):
    with pytest.raises(UsageError):
        make_token(store, wrong, None, NOW)


def test_a_list_tells_the_last_use_and_no_secret(store):
    made = make_token(store, asked(MINE), None, NOW)
    find_token(store, made.secret, later(days=2))
    find_token(store, made.secret, later(days=2, seconds=5))
    (one,) = list_tokens(store)
    assert one.used_at == later(days=2)
    assert one.maker is None
    assert made.secret[4:] not in repr(one)
