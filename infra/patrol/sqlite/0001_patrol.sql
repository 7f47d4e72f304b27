-- Which number the next lease gets: it never falls, not even where a source is forgotten and taken again.
CREATE TABLE patrol_fence (
    newest INTEGER NOT NULL
);

INSERT INTO patrol_fence (newest) VALUES (0);

-- Which patrol looks at a source, until when, and by which rules.
CREATE TABLE patrol_leases (
    source TEXT PRIMARY KEY,
    holder TEXT NOT NULL,              -- empty: given back
    fence INTEGER NOT NULL,
    alive_at INTEGER NOT NULL,         -- when it was last taken or renewed, microseconds since the epoch
    until INTEGER NOT NULL,
    rules TEXT NOT NULL                -- limits and policy as JSON; empty: not told yet
) WITHOUT ROWID;

-- How many requests went out on a Chinese day.
CREATE TABLE patrol_requests (
    source TEXT NOT NULL,
    lane TEXT NOT NULL,
    day INTEGER NOT NULL,              -- days since the epoch
    requests INTEGER NOT NULL,
    PRIMARY KEY (source, lane, day)
) WITHOUT ROWID;

-- Which lanes fail as a whole, and until when they are left alone.
CREATE TABLE patrol_lanes (
    source TEXT NOT NULL,
    lane TEXT NOT NULL,
    failures INTEGER NOT NULL,
    trips INTEGER NOT NULL,
    open_until INTEGER NOT NULL,
    PRIMARY KEY (source, lane)
) WITHOUT ROWID;

-- Which accounts a source looks at, over which lane, what failed, and what makes the next request conditional.
CREATE TABLE patrol_accounts (
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    lane TEXT NOT NULL,
    failures INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    looked_at INTEGER NOT NULL,        -- 0: no look worked yet
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    full_at INTEGER,                   -- of the last answer that was not 304
    digest TEXT NOT NULL,
    PRIMARY KEY (source, account)
) WITHOUT ROWID;

-- What a log-in answered when it was last asked.
CREATE TABLE patrol_probes (
    source TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    works INTEGER NOT NULL,
    detail TEXT NOT NULL,
    quota_left INTEGER
) WITHOUT ROWID;
