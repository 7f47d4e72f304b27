"""What the office of a simulated year asks of its accounts outside of checks: pieces to carry, and key periods."""

from datetime import timedelta

from events.moments import Moment
from pipeline.home.actor import OFFICE
from pipeline.home.appending import append_new
from pipeline.home.workspace import Workspace
from pipeline.office.key_periods.acts import DeclareKeyPeriod, declare_key_period
from pipeline.office.reposts.acts import OrderRepost, order_repost, repost_done
from pipeline.office.reposts.listing import Reposts
from pipeline.simulate.chance import number
from pipeline.simulate.place import Piece, Place

_HUNDRED = 100
_MINUTES_BEFORE = 2 * 24 * 60
_HOURS_BEHIND = 30


def ask_of_all(workspace: Workspace, place: Place, seed: int) -> None:
    """Order the pieces of a place and let accounts carry them, and declare its key periods."""
    for piece in place.pieces:
        _carry(workspace, piece, seed)
    for period in place.key_periods:
        declare_key_period(
            workspace,
            DeclareKeyPeriod(
                name=period.name,
                starts_on=period.first,
                ends_on=period.last,
                looks_a_day=period.looks,
                duty=False,  # nobody of a simulation is on duty
            ),
            OFFICE,
        )


def _carry(workspace: Workspace, piece: Piece, seed: int) -> None:
    """Order a piece; accounts carry it in the two days before it is due, late ones in the thirty hours behind."""
    asked = OrderRepost(
        number=piece.number,
        title=piece.title,
        due_at=piece.due_at,
        source_units=piece.sources,
        areas=piece.areas,
    )
    ordered = order_repost(workspace, asked, OFFICE)
    facts = []
    reposts = Reposts(workspace, piece.due_at)
    for standing in reposts.standings(reposts.find(piece.number)):
        account = standing.account
        lot = number(seed, "reposts", piece.number, account) % _HUNDRED
        drawn = number(seed, "reposted", piece.number, account)
        at = piece.due_at - timedelta(minutes=1 + drawn % _MINUTES_BEFORE)
        if lot >= piece.in_time:
            at = piece.due_at + timedelta(hours=1 + drawn % _HOURS_BEHIND)
        if lot < piece.in_time + piece.late:
            facts.append(repost_done(ordered.subject, account, "", Moment(at, date_only=False)))
    append_new(workspace, facts)
    workspace.catch_up()
