"""Rounds of an office: announced, drawn, checked, frozen, revised, closed."""

from pipeline.rounds.announcement import Announcement, announce, read_announcement
from pipeline.rounds.freeze import close_round, freeze
from pipeline.rounds.revise import Revision, revise
from pipeline.rounds.sample import draw, sample_of
from pipeline.rounds.state import list_rounds, load_round

__all__ = [
    "Announcement",
    "Revision",
    "announce",
    "close_round",
    "draw",
    "freeze",
    "list_rounds",
    "load_round",
    "read_announcement",
    "revise",
    "sample_of",
]
