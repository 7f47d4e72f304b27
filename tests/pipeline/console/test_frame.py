from pipeline.access.users import Role
from tests.pipeline.console.browsing import NOW, console_of, text_of, user_of


def test_pages_load_assets_by_what_they_hold(city):
    with console_of(city) as browser:
        from pipeline.console.rendering import asset_url

        found = browser.get(asset_url("console.css"))
        assert (found.status_code, found.headers["cache-control"]) == (
            200,
            "public, max-age=31536000, immutable",
        )
        assert browser.get("/assets/console.000000000000.css").status_code == 404


def test_every_answer_bars_scripts_frames_and_guesses(city):
    with console_of(city) as browser:
        for path in ("/healthz", "/nowhere"):
            headers = browser.get(path).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_and_what_one_may_not_see_say_the_same(city):
    with console_of(city, user_of(Role.OWNER, "某局")) as browser:
        browser.sign_in(user_of(Role.OWNER, "某局"))
        missing = browser.get("/nowhere")
        assert missing.status_code == 404
        assert "没有这一页，或您没有权限" in missing.text


def test_the_menu_counts_what_waits_for_the_office(city):
    """An objection of the round waits; whoever only reads is not counted at, and the past has no open work."""
    clerk, area = user_of(Role.CLERK), user_of(Role.COMPETENT, "东江区")
    with console_of(city, clerk, area, now=NOW) as browser:
        said = text_of(browser.sign_in(clerk).get("/rulesets").text)
        assert "问题与异议 1 件待办" in said
        assert "件待办" not in text_of(browser.get("/rulesets?known_at=2026-09-10").text)
        assert "件待办" not in text_of(browser.sign_in(area).get("/rulesets").text)
