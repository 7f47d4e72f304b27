"""Rounds of an office: announced, drawn, checked, frozen, revised, closed, or cancelled."""

from pipeline.office.rounds.agreeing import Freeze
from pipeline.office.rounds.announcement import Announcement, announce, read_announcement
from pipeline.office.rounds.cancel import cancel_round
from pipeline.office.rounds.carry import Carry, carry
from pipeline.office.rounds.freeze import close_round, freeze
from pipeline.office.rounds.guards import overrides_of
from pipeline.office.rounds.proposals import propose_freeze
from pipeline.office.rounds.revise import Revision, revise
from pipeline.office.rounds.sample import draw, sample_of
from pipeline.office.rounds.serve import Served, ServeRound, serve
from pipeline.office.rounds.state import list_rounds, load_round

__all__ = [
    "Announcement",
    "Carry",
    "Freeze",
    "Revision",
    "ServeRound",
    "Served",
    "announce",
    "cancel_round",
    "carry",
    "close_round",
    "draw",
    "freeze",
    "list_rounds",
    "load_round",
    "overrides_of",
    "propose_freeze",
    "read_announcement",
    "revise",
    "sample_of",
    "serve",
]
