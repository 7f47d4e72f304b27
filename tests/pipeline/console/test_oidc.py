import time
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey

from pipeline.access import oidc as services
from pipeline.access.user_care import SYSTEM, disable_user
from pipeline.home.new_home import make_home
from tests.pipeline.console.oidc_provider import CLIENT, SECRET, provider
from tests.pipeline.console.signed import CLERK, door_of


@pytest.fixture
def idp():
    services._clients.clear()
    with provider() as known:
        yield known


@pytest.fixture
def door(tmp_path, monkeypatch, idp):
    monkeypatch.setenv("OIDC_SECRET", SECRET)
    home = make_home(tmp_path / "home").path
    (home / "xuncha.toml").write_text(
        f'[oidc]\nissuer = "{idp.issuer}"\nclient_id = "{CLIENT}"\nsecret = "env:OIDC_SECRET"\ntitle = "江州通"\n',
        "utf-8",
    )
    with door_of(home) as opened:
        opened.add("wang", CLERK, password="")
        yield opened


def go(browser, idp, next_="", **change):
    """Sign in at the provider and come back; `change` is put over what the browser brings back."""
    began = browser.get(f"/oidc/login{f'?next={next_}' if next_ else ''}")
    assert began.status_code == 303
    asked = {n: v[0] for n, v in parse_qs(urlsplit(began.headers["location"]).query).items()}
    back = urlsplit(idp.authorize(asked))
    query = {**{n: v[0] for n, v in parse_qs(back.query).items()}, **change}
    return browser.get("/oidc/callback?" + "&".join(f"{n}={v}" for n, v in query.items()))


def test_whom_the_city_knows_signs_in(door, idp):
    """With the session of everybody else; the page of signing in offers it first."""
    browser = door.browser()
    assert "用江州通登录" in browser.get("/login").text
    done = go(browser, idp, "/me?x=1")
    assert (done.status_code, done.headers["location"]) == (303, "/me?x=1")
    assert "wang某" in browser.get("/me").text


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example"])
def test_it_leads_nobody_to_strangers(door, idp, next_):
    assert go(door.browser(), idp, next_).headers["location"] in (
        "/today",
        "/me",
        "/audit",
        "/my",
        "/accounts",
    )


def test_whom_nobody_added_does_not_sign_in(door, idp):
    """Neither an unknown login nor a disabled user."""
    idp.login = "stranger"
    done = go(door.browser(), idp)
    assert (done.status_code, "尚未开通" in done.text) == (422, True)
    idp.login = "wang"
    disable_user(door.store, door.store.user_called("wang").id, SYSTEM, door.clock.now)
    assert go(door.browser(), idp).status_code == 422


@pytest.mark.parametrize(
    "change", [{"state": "x"}, {"code": "x"}, {"code": ""}, {"error": "access_denied", "code": ""}]
)
def test_an_answer_to_something_else_is_refused(door, idp, change):
    browser = door.browser()
    assert go(browser, idp, **change).status_code == 422
    assert browser.session is None


def test_an_answer_without_a_beginning_is_refused(door, idp):
    """Somebody else's answer, put before a browser that asked for nothing, signs in nobody."""
    first = door.browser()
    began = first.get("/oidc/login")
    asked = {n: v[0] for n, v in parse_qs(urlsplit(began.headers["location"]).query).items()}
    back = urlsplit(idp.authorize(asked)).query
    victim = door.browser()
    assert victim.get(f"/oidc/callback?{back}").status_code == 422
    victim.get("/oidc/login")
    assert victim.get(f"/oidc/callback?{back}").status_code == 422
    assert victim.session is None


def test_an_answer_counts_once(door, idp):
    browser = door.browser()
    began = browser.get("/oidc/login")
    cookies = dict(browser.cookies)
    asked = {n: v[0] for n, v in parse_qs(urlsplit(began.headers["location"]).query).items()}
    back = urlsplit(idp.authorize(asked)).query
    assert browser.get(f"/oidc/callback?{back}").status_code == 303
    again = door.browser()
    for name, value in cookies.items():
        again.cookies.set(name, value, "testserver.local", "/oidc/" if name == "xuncha_oidc" else "/")
    assert again.get(f"/oidc/callback?{back}").status_code == 422


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"aud": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"nonce": "x"},
        {"nonce": None},
        {"sub": None},
        {"azp": "other"},
        {"preferred_username": None},
        {"preferred_username": ["wang"]},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(door, idp, claims):
    idp.claims = claims
    browser = door.browser()
    assert go(browser, idp).status_code == 422
    assert browser.session is None


@pytest.mark.parametrize("forged", ["other key", "symmetric"])
def test_a_token_that_the_provider_did_not_sign_is_refused(door, idp, forged):
    """Signed by another key of the same name, or by a secret in place of a key."""
    if forged == "other key":
        idp.signing = RSAKey.generate_key(2048, {"kid": "k1"})
    else:
        idp.signing, idp.algorithm = OctKey.import_key(SECRET * 2), "HS256"
    assert go(door.browser(), idp).status_code == 422


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_asked(door, idp, described):
    idp.described = described
    done = door.browser().get("/oidc/login")
    assert (done.status_code, "暂时无法使用" in done.text) == (503, True)


def test_a_home_without_it_has_no_such_page(tmp_path):
    with door_of(make_home(tmp_path / "home").path) as door:
        door.add("wang", CLERK)
        for url in ("/oidc/login", "/oidc/callback?code=x&state=y"):
            assert door.browser().get(url).status_code == 404
