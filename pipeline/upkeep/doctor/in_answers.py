"""Checks of what people answered: claims that nobody looked after, emergencies that wait."""

from datetime import datetime, timedelta

from clickhouse_connect.driver.client import Client

from connectors.history.known_facts import KnownFacts
from connectors.history.observations import looks_between
from events.answer import PostClaimed
from events.messages import message
from pipeline.home.claims import known_acts
from pipeline.upkeep.doctor.finding import Finding, check, ok, warning
from projections.registry.emergencies import EMERGENCY_TYPES, emergencies_of

_LOOKED_WITHIN = timedelta(days=3)
_ASKED_BACK = timedelta(days=30)
_STEP_WITHIN = timedelta(hours=2)


@check("answers", "run `xuncha migrate`, and look at the log of the server")
def answers(client: Client, now: datetime) -> Finding:
    """Look for units that said they had posted, and at whose accounts nobody looked for three days since."""
    claims = {
        k.event.subject: k.event.time
        for k in KnownFacts(client).read((PostClaimed.type,), texts=False)
        if now - _ASKED_BACK < k.event.time
    }
    waiting = [
        account
        for account, at in claims.items()
        if at < now - _LOOKED_WITHIN and not looks_between(client, account, at, now)
    ]
    if waiting:
        return warning(
            message(
                "nobody has looked at {count} accounts whose units said they had posted", count=len(waiting)
            ),
            message("look at them: `xuncha looks due`, `xuncha sources`"),
        )
    return ok(message("each of {count} accounts was looked at, or will be", count=len(claims)))


@check("emergencies", "run `xuncha migrate`, and look at the log of the server")
def emergencies(client: Client, now: datetime) -> Finding:
    """Look for emergencies of which no step was taken for two hours."""
    cases = emergencies_of(known_acts(KnownFacts(client), EMERGENCY_TYPES, texts=False)).values()
    waiting = [case for case in cases if case.is_open and case.steps[-1].at < now - _STEP_WITHIN]
    if waiting:
        return warning(
            message(
                "{count} emergencies wait for their next step for two hours and more", count=len(waiting)
            ),
            message("see `xuncha emergencies list`"),
        )
    return ok(message("none of {count} waits", count=len(cases)))
