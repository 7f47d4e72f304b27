-- Which accounts are said to have something new, since when, and when that was said.
CREATE TABLE patrol_hints (
    account TEXT PRIMARY KEY,
    at BIGINT NOT NULL,               -- microseconds since the epoch
    told_at BIGINT NOT NULL
);
