import shutil

import pytest

from pipeline.home.new_home import make_home
from tests.pipeline.console.signed import CLERK, PASSWORD, door_of


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("signin") / "home").path


@pytest.fixture
def door(made, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(made, home)
    with door_of(home) as opened:
        opened.add("wang", CLERK)
        yield opened


def test_a_right_password_signs_in_and_leads_on(door):
    """The browser holds a token out of reach of scripts, and goes to where it wanted to."""
    with door.browser() as browser:
        asked = browser.get("/me?x=1")
        assert asked.headers["location"] == "/login?next=%2Fme%3Fx%3D1"
        done = browser.fill(asked.headers["location"], "/login", username="Wang", password=PASSWORD)
        assert (done.status_code, done.headers["location"]) == (303, "/me?x=1")
        cookie = done.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        assert "Max-Age" not in cookie
        assert "wang某" in browser.get("/me").text
