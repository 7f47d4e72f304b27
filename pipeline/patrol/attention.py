"""What bears on looks at an account beside its own line: its alert, the focus list, rounds and key periods."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from events.days import chinese_day
from events.instants import to_micros
from pipeline.home.read_model import ReadModel
from projections.focus.focus_list import FOCUS_TYPES, focus_at
from projections.patrol.account_line import AccountLine
from projections.patrol.key_periods import KEY_PERIOD_TYPES, Density, key_periods
from projections.patrol.needs import Attention
from projections.registry.units import UNIT_TYPES, units_at
from projections.rounds.claims import CLAIM_TYPES, counting
from projections.rounds.state import ROUND_TYPES, Stage, fold_rounds

_WAITS_FOR_LOOKS = timedelta(days=14)
"""A round that was not frozen so long behind its check point is not waited for any more."""


def attentions(
    model: ReadModel,
    lines: Mapping[str, AccountLine],
    now: datetime,
    *,
    canaries: Collection[str] = (),
    hints: Mapping[str, int] = {},
) -> dict[str, Attention]:
    """Return what bears on each of these accounts, as known now.

    Who is in the sample of a round is not looked up: the sample is drawn behind the check point, from all who may be in
    it. Only those who were silent for a week before it are looked at for it.
    """
    alerts, focus = model.alerts(), focus_at(model.known(FOCUS_TYPES), now)
    rounds = _check_points(model, now)
    density = density_at(model, now)
    everywhere = rounds.get("")
    found = {}
    for account, line in lines.items():
        alert = alerts.get(account)
        round_at = min((at for at in (everywhere, rounds.get(line.area)) if at is not None), default=None)
        found[account] = Attention(
            warned_at=None if alert is None else alert.at,
            focus=account in focus,
            canary=account in canaries,
            dense=max(1, looks := density.of(line.area, line.owner)),
            key_period=looks > 0,
            round_at=round_at,
            hinted_at=hints.get(account),
        )
    return found


def density_at(model: ReadModel, at: datetime) -> Density:
    """Return how often accounts are looked at on the day of a moment because of key periods."""
    periods = key_periods(model.known(KEY_PERIOD_TYPES))
    units = units_at(model.known(UNIT_TYPES), at) if periods else {}
    return Density(periods, chinese_day(at), units)


def _check_points(model: ReadModel, now: datetime) -> dict[str, int]:
    """Return the first check point of the rounds of each area that wait for looks, blank: of all accounts."""
    states = fold_rounds(counting(model.known((*ROUND_TYPES, *CLAIM_TYPES)))).values()
    found: dict[str, int] = {}
    for state in states:
        open_still = state.stage in (Stage.ANNOUNCED, Stage.DRAWN)
        if open_still and state.announced.check_point > now - _WAITS_FOR_LOOKS:
            at, area = to_micros(state.announced.check_point), state.announced.area
            found[area] = min(found.get(area, at), at)
    return found
