"""The kind that docs/connectors.md writes works as it stands there, and its table is that of the registry."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from connectors.sources import kinds
from connectors.sources.kinds import KINDS, build
from tests.connectors.sources import test_contract as contract
from tests.connectors.sources.cases import Case

PAGE = Path(__file__).parents[3] / "docs" / "connectors.md"
POSTS = json.dumps(
    [{"id": 7, "date_gmt": "2026-11-19T03:00:00", "link": "http://x/7", "slug": "seven"}]
).encode()

pytestmark = pytest.mark.source_tree


@pytest.fixture
def case(monkeypatch) -> Case:
    """Write module and entry as the page says, and put the entry into the list."""
    module, entry = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    made: dict[str, Any] = {"__name__": "connectors.sources.wordpress"}
    exec(module, made)  # noqa: S102 (our own page)
    made |= {"Kind": kinds.Kind, "timedelta": kinds.timedelta}
    monkeypatch.setattr(kinds, "KINDS", (*KINDS, eval(entry, made)))  # noqa: S307
    assert sum(1 for line in module.splitlines() if line.strip()) <= 50
    path = "/wp-json/wp/v2/posts"
    return Case("wordpress", lambda _: build("wordpress"), lambda origin: origin, path, POSTS, ("7",), b"[]")


def test_the_kind_of_the_page_passes_the_suite(case):
    """In fifty lines: a good answer, the same again, every trouble, an empty list, no connection."""
    contract.test_a_good_answer_is_a_feed_and_the_same_again_is_unchanged(case)
    for trouble in contract.TROUBLES:
        contract.test_trouble_is_a_failure_with_its_reason(case, trouble)
    contract.test_what_was_cut_short_proves_nothing(case)
    contract.test_an_empty_list_is_never_remembered(case)
    contract.test_no_connection_is_a_failure(case)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_page_tells_of_each_kind_what_the_registry_says(kind):
    """Order, title, proof, lag and whose log-in: who chooses a source reads them here."""
    lag = f"{kind.lag.total_seconds() / 3600:.0f} h" if kind.lag else "–"
    proves = "can" if kind.can_prove_silence else "never"
    borrows = "**yes**" if kind.borrows_login else "no"
    row = f"| {kind.preference} | `{kind.name}` | {kind.title} | {proves} | {lag} | {borrows} | "
    (line,) = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(row)]
    for secret in (*kind.secrets, *kind.may_take):
        assert f"`{secret}`" in line


def test_the_settings_of_the_page_build_their_kinds():
    """Options and secrets that stand there are those that the kinds take."""
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    sources = tomllib.loads(block)["source"]
    for source in sources:
        secrets = dict.fromkeys(source.get("secrets", {}), "wx1,of nobody")
        assert build(source["kind"], source.get("options", {}), secrets).name == source["kind"]
    assert {source["kind"] for source in sources} == {kind.name for kind in KINDS} - {"werss", "wechat2rss"}
