"""Signs that a look saw of an account itself, as suggestions for a person; each is told once."""

from collections.abc import Iterable, Mapping
from typing import get_args

from msgspec.structs import replace

from connectors.log.seen_items import Seen
from connectors.sources.kind import Sign, Watched
from events import patrol_ids
from events.codec import Event
from events.folding import fold_name, fold_owner
from events.suspicion import AccountSuspected, Suspected
from pipeline.patrol.look import Look, Source

_MOST_CHARACTERS = 200  # characters
_SUSPECTED: Mapping[str, Suspected] = {what: what for what in get_args(Suspected)}
"""A new version of an app is an update, and nothing to suspect."""


def with_signs(look: Look, source: Source, watched: Watched, signs: Iterable[Sign], seen: Seen) -> Look:
    """Return a look with the suggestions that its signs make, those that were not told before.

    What the registry says itself is no sign. The facts stand before that of the look, which comes last.
    """
    suspicions, marks = [], set()
    looked_at = look.events[-1].time
    for sign in signs:
        what, text = _SUSPECTED.get(sign.what), " ".join(sign.shown.split())[:_MOST_CHARACTERS]
        known = {"title": watched.name, "owner": watched.owner}.get(sign.what, "")
        fold = fold_name if sign.what == "title" else fold_owner
        if what is None or (known and fold(known) == fold(text)):
            continue
        event_id = patrol_ids.account_suspected(watched.account_id, what, text)
        if event_id.bytes in seen.bad or event_id.bytes in marks:
            continue
        marks.add(event_id.bytes)
        data = AccountSuspected(what=what, shown=text, known=known)
        suspicions.append(Event(event_id, source.name, watched.account_id, looked_at, data))
    if not suspicions:
        return look
    learnt = replace(look.learnt, bad=look.learnt.bad | marks)
    return replace(look, events=(*look.events[:-1], *suspicions, look.events[-1]), learnt=learnt)
