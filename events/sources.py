"""Sources of facts that are no collectors; each is part of the ids of its facts for ever."""

SHEETS = "sheets"
"""What people hand in."""

OFFICE = "office"
"""What the city office decides."""

XUNCHA = "xuncha"
"""What follows from other facts."""

CLOCK = "clock"
LOG = "log"
