"""Papers of an invented city through the pages: handed in, looked through, confirmed; the facts are the command's."""

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.log.port import FACTS
from events.codec import CODEC
from pipeline.access.users import Role
from pipeline.home.folder import Home
from tests.copied import copied
from tests.pipeline.console.browsing import console_of, text_of
from tests.pipeline.console.forms import fields_of
from tests.pipeline.console.signed_in import user_of
from tests.pipeline.office.intake.city import FOLDER, NAMES, RULESET, expected, taken

CLERK = user_of(Role.CLERK)
_TEXT = re.compile(r"urn:xuncha:text:[0-9a-f:]+")
_BESIDE = ("intake.", "claim.", "numbers.", "log.", "clock.")
"""Types that say that something was taken in, and not what."""


def _facts(home: Path) -> list[tuple[Any, ...]]:
    """Return what the log says, without who said it and when it was written; people by their roles alone."""
    told = []
    with closing(Home(home).open_log()) as log:
        for partition, end in enumerate(log.end_offsets(FACTS)):
            for record in log.read(FACTS, partition, 0, end):
                event = CODEC.decode(record.value)
                if event.type.startswith(_BESIDE):
                    continue
                people = getattr(event.data, "people", None)
                data = msgspec.structs.replace(event.data, people=None) if people else event.data
                event_id = "" if people and event.type == "account.changed" else str(event.id)
                said = _TEXT.sub("text", str(data))
                told.append(
                    (event.type, event.subject, event_id, event.time, said, str(sorted(people or ())))
                )
    return sorted(told)


def _through_pages(home: Path, name: str) -> str:
    received = datetime.fromisoformat(f"{expected(name)['received']}T09:00:00+08:00").astimezone(UTC)
    with console_of(home, CLERK, now=received) as browser:
        browser.sign_in(CLERK)
        sent = browser.post("/in", files={"files": (name, (FOLDER / name).read_bytes())})
        assert sent.status_code == 303, text_of(sent.text)
        plan = sent.headers["location"]
        page = browser.get(plan)
        assert page.status_code == 200, text_of(page.text)
        done = browser.post(f"{plan}/confirm", data=fields_of(page.text, "plan"))
        assert done.status_code == 303, text_of(done.text)
        assert browser.get(done.headers["location"].partition("?")[0]).status_code == 200
    return page.text


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_paper_confirmed_on_the_pages_is_the_one_of_the_command(name, home_model, tmp_path):
    """The same facts under the same ids, from whichever side a paper comes in."""
    home = copied(home_model, tmp_path / "pages")
    for before in expected(name).get("after", ()):
        taken(home, before)
    if name in RULESET:
        settings = home / "xuncha.toml"
        settings.write_text(
            re.sub("(?m)^ruleset = .*$", f'ruleset = "{RULESET[name][1]}"', settings.read_text("utf-8"))
        )
    other = copied(home, tmp_path / "command")
    page = _through_pages(home, name)
    taken(other, name)
    assert _facts(home) == _facts(other)
    assert "T09:00" not in page
