-- Which accounts are said to have something new, since when, and when that was said.
CREATE TABLE patrol_hints (
    account TEXT PRIMARY KEY,
    at INTEGER NOT NULL,               -- microseconds since the epoch
    told_at INTEGER NOT NULL
) WITHOUT ROWID;
