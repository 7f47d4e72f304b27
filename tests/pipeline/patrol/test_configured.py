"""Sources of the settings: what is refused, and that all of it is said at once."""

from datetime import timedelta

import pytest

from pipeline.home.errors import UsageError
from pipeline.home.settings import DEFAULT_TEXT, Settings, load_settings
from pipeline.home.source_settings import PatrolSource
from pipeline.patrol.configured import configured

FEED = {"name": "a", "kind": "feed", "accounts": {"test:a": "https://example.org/a"}, "canaries": ("test:a",)}

READER = {"address": "http://10.0.0.5:1200"}


def settings(*sources, **more):
    return Settings(source=tuple(PatrolSource(**{**FEED, **source}) for source in sources), **more)


WRONG = {
    "a lag of 60 hours": ({"lag": "60h"}, "too long"),
    "silence without a canary": ({"canaries": ()}, "canaries are missing"),
    "an unknown kind": ({"kind": "feeed"}, "did you mean feed"),
    "a kind that leaves posts out": ({"kind": "app-store", "proves_silence": True}, "prove no silence"),
    "a borrowed log-in": ({"kind": "werss"}, "until the office decides"),
    "no address": ({"accounts": {}}, "no account has an address"),
    "a template of something else": ({"template": "https://example.org/{name}"}, "names no {native_id}"),
    "a template without a place": ({"template": "https://example.org/"}, "names no {native_id}"),
    "a broken template": ({"template": "https://example.org/{native_id"}, "names no {native_id}"),
    "no sheet": ({"addresses": "none.csv"}, "there is no file"),
    "hours that end before they begin": ({"hours": "22-6"}, "the earlier one first"),
    "a zone": ({"zone": "Asia/Nowhere"}, "zone 'Asia/Nowhere' is none"),
    "a network": ({"allow_private": ("10.0.0.0/33",)}, "allow_private"),
    "a name": ({"name": "a/b"}, "the name holds /"),
    "a secret that is not there": (
        {"secrets": {"key": "env:XUNCHA_NOT_SET"}},
        "nothing at env:XUNCHA_NOT_SET",
    ),
    "an option": ({"options": {"colour": "red"}}, "colour"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said(what, tmp_path):
    """A clear sentence with the name of the source."""
    source, why = WRONG[what]
    with pytest.raises(UsageError) as caught:
        configured(settings(source), tmp_path)
    assert why in str(caught.value)
    assert f"source {source.get('name', 'a')!r}" in str(caught.value)


def test_everything_wrong_is_said_at_once(tmp_path):
    """Who corrects one line need not come back for the next."""
    wrong = settings({"lag": "3d"}, {"name": "b", "canaries": ()}, {"name": "b"}, personal_logins=("c",))
    with pytest.raises(UsageError) as caught:
        configured(wrong, tmp_path)
    for part in ("too long", "canaries are missing", "2 sources 'b'", "personal_logins names 'c'"):
        assert part in str(caught.value)


def test_a_source_takes_what_its_kind_has(tmp_path):
    """Lag and proof of the kind unless the settings say another; the old table still tells the length of lists."""
    text = '[[source]]\nname = "a"\nkind = "feed"\ncanaries = ["test:a"]\n[source.accounts]\n"test:a" = "https://x"\n'
    (tmp_path / "xuncha.toml").write_text(text + "[sources.a]\nlist_length = 20\n")
    (one,) = configured(load_settings(tmp_path), tmp_path)
    assert (timedelta(hours=24), True, 20) == (one.lag, one.proves_silence, one.list_length)
    assert (1_000_000, 1, None, 0, 24) == (
        one.limits.pause_us,
        one.limits.at_once,
        one.limits.quota,
        one.limits.first_hour,
        one.limits.last_hour,
    )
    assert ("a", 86_400_000_000) == (one.policy.source, one.policy.lag_us)


def test_a_borrowed_log_in_that_was_decided_on_is_taken(tmp_path):
    """By the name of the source."""
    base = {"kind": "werss", "options": {"address": "http://10.0.0.5:8001"}, "allow_private": True}
    (one,) = configured(settings(base, personal_logins=("a",)), tmp_path)
    assert one.kind.borrows_login


def test_a_secret_comes_from_environment_or_file_and_stands_in_no_message(tmp_path, monkeypatch):
    """Settings refer to it; an error names the place, never what stands there."""
    monkeypatch.setenv("XUNCHA_TEST_KEY", "SECRET-1")
    (tmp_path / "key").write_text("SECRET-2\n")
    for reference in ("env:XUNCHA_TEST_KEY", "file:key"):
        with pytest.raises(UsageError) as caught:  # a kind that takes no such secret
            configured(settings({"secrets": {"other": reference}}), tmp_path)
        assert "SECRET" not in str(caught.value)
        (one,) = configured(
            settings({"kind": "rsshub", "secrets": {"key": reference}, "options": READER}), tmp_path
        )
        assert one.build(tmp_path).name


def test_the_default_text_is_taken_as_it_stands(tmp_path):
    """And with its example of a source uncommented."""
    (tmp_path / "xuncha.toml").write_text(DEFAULT_TEXT)
    assert () == load_settings(tmp_path).source
    begin = DEFAULT_TEXT.index("# [[source]]")
    example = DEFAULT_TEXT[begin : DEFAULT_TEXT.index("# Websites of the registry")]
    lines = [line.removeprefix("#").removeprefix(" ") for line in example.splitlines()]
    (tmp_path / "xuncha.toml").write_text("\n".join(lines))
    (one,) = load_settings(tmp_path).source
    assert ("public-feeds", 200) == (one.name, one.quota)
