"""Signs of a look become suggestions: each once, and none of what the registry says itself."""

from connectors.log.seen_items import Seen
from connectors.sources.kind import Sign, Watched
from events.patrol import AccountPatrolled
from events.suspicion import AccountSuspected
from pipeline.patrol.look import Look, Source, unchanged
from pipeline.patrol.suspicions import with_signs
from tests.pipeline.inputs import at

NOON = at("2023-02-20 12:00")
SOURCE = Source("s")
WATCHED = Watched("wechat:a", "https://a.test", name="某市发布", owner="某市人民政府办公室")


def look() -> Look:
    return unchanged(SOURCE, "wechat:a", NOON, None)


def suspected(made: Look) -> list[tuple[str, str, str]]:
    told = [event.data for event in made.events if isinstance(event.data, AccountSuspected)]
    return [(data.what, data.shown, data.known) for data in told]


def test_a_sign_is_a_suggestion_once():
    """Issue Truth: told beside what the registry has; the memory of the source keeps that it was told."""
    signs = [Sign("title", " 某市  旅游 "), Sign("title", "某市 旅游"), Sign("unavailable", "")]
    made = with_signs(look(), SOURCE, WATCHED, signs, Seen())
    assert [("title", "某市 旅游", "某市发布"), ("unavailable", "", "")] == suspected(made)
    assert isinstance(made.events[-1].data, AccountPatrolled)
    seen = Seen(bad=set(made.learnt.bad))
    again = with_signs(look(), SOURCE, WATCHED, [*signs, Sign("title", "某市文旅")], seen)
    assert [("title", "某市文旅", "某市发布")] == suspected(again)


def test_what_the_registry_says_is_no_sign():
    """Definitions, Identity: names and owners are compared folded; a new version of an app is an update."""
    signs = [Sign("title", "某市发布（微信）"), Sign("owner", "某市政府办"), Sign("version", "2.1")]
    made = with_signs(look(), SOURCE, WATCHED, signs, Seen())
    assert made == look()
