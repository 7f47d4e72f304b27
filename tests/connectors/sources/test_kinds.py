"""The registry of kinds: what settings are checked against."""

import pytest

from connectors.sources.kind import KindError
from connectors.sources.kinds import KINDS, build, kind_named


def test_a_name_that_is_near_is_told():
    """A slip of the finger names what was meant, another word all that there are."""
    with pytest.raises(KindError, match="did you mean rsshub"):
        kind_named("rssHub ")
    with pytest.raises(KindError, match="wechat-own, site, app-store"):
        kind_named("电报")


def test_settings_are_checked_as_a_whole():
    """A setting that the kind does not know, one of another type, a secret that is missing or not its own."""
    with pytest.raises(KindError, match="kind feed"):
        build("feed", {"adress": "http://x"})
    with pytest.raises(KindError, match="kind site"):
        build("site", {"articles": "five"})
    with pytest.raises(KindError, match="app_secrets"):
        build("wechat-own", {}, {"app_secrets": ""})
    with pytest.raises(KindError, match="no such secrets: key"):
        build("feed", {}, {"key": "x"})


def test_kinds_stand_in_their_order_of_preference():
    """An interface of one's own first, what borrows somebody's log-in last, and never as proof without a lag."""
    assert [kind.preference for kind in KINDS] == sorted(kind.preference for kind in KINDS)
    borrowed = [kind.borrows_login for kind in KINDS]
    assert borrowed == sorted(borrowed)
    assert all(kind.lag for kind in KINDS if kind.can_prove_silence)
