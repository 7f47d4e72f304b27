"""Apps in the store: what a look-up says of an app, and what it cannot say."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sources.kind import Answer, Memory, Sign, Watched
from connectors.sources.kinds import build, kind_named
from tests.connectors.sources.cases import APP
from tests.connectors.sources.site import PlainWeb, Site, at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def look(watched: Watched, **changed: object) -> tuple[Answer, Site]:
    async def act(site: Site, web: PlainWeb) -> tuple[Answer, Site]:
        return await build("app-store", {"address": site.origin}).look(watched, Memory(), web, NOW), site

    (app,) = APP["results"]  # type: ignore[misc]
    said: Any = (
        {"resultCount": 1, "results": [{**app, **changed}]} if changed != {"gone": 1} else {"resultCount": 0}
    )
    found: tuple[Answer, Site] = at({"/lookup": json.dumps(said).encode()}, act)
    return found


def test_a_version_is_an_update_with_its_day():
    """`currentVersionReleaseDate` is when users could load it."""
    found, site = look(Watched("a", "https://apps.apple.com/cn/app/x/id414478124"))
    assert found.feed is not None
    (item,) = found.feed.items
    assert (item.native_key, item.published_at) == ("414478124:8.0.1", datetime(2026, 11, 19, 3, tzinfo=UTC))
    assert site.asked == ["/lookup?id=414478124&country=cn"]


def test_an_app_that_the_store_does_not_give_is_unavailable():
    """No result is a sign for a person, and never an app without updates."""
    found, _ = look(Watched("a", "id1"), gone=1)
    assert found.failure is not None
    assert (found.failure.reason, found.failure.of_lane) == ("gone", False)
    assert found.signs == (Sign("unavailable", "id1"),)


def test_another_name_or_owner_is_a_sign():
    """An app that was sold goes on under its number."""
    known = Watched("a", "414478124", name="江府通", owner="江府市大数据局")
    assert look(known)[0].signs == ()
    taken = look(known, trackName="欢乐斗牌", sellerName="某某网络")[0]
    assert taken.signs == (Sign("title", "欢乐斗牌"), Sign("owner", "某某网络"))


def test_its_versions_do_not_prove_silence():
    """What an app shows inside changes without a version."""
    assert not kind_named("app-store").can_prove_silence


@pytest.mark.parametrize("address", ["", "com.example.app", "id", "id12x", "١٢"])
def test_an_address_that_is_no_number_costs_no_request(address):
    """Nothing that is not a number goes into the address that is asked."""
    found, site = look(Watched("a", address))
    assert found.failure is not None
    assert (found.requests, site.asked) == (0, [])
