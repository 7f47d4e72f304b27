-- Which number the next lease gets: it never falls, not even where a source is forgotten and taken again.
CREATE TABLE patrol_fence (
    newest BIGINT NOT NULL
);

INSERT INTO patrol_fence (newest) VALUES (0);

-- Which patrol looks at a source, until when, and by which rules.
CREATE TABLE patrol_leases (
    source TEXT PRIMARY KEY,
    holder TEXT NOT NULL,              -- empty: given back
    fence BIGINT NOT NULL,
    alive_at BIGINT NOT NULL,         -- when it was last taken or renewed, microseconds since the epoch
    until BIGINT NOT NULL,
    rules TEXT NOT NULL                -- limits and policy as JSON; empty: not told yet
);

-- How many requests went out on a Chinese day.
CREATE TABLE patrol_requests (
    source TEXT NOT NULL,
    lane TEXT NOT NULL,
    day BIGINT NOT NULL,              -- days since the epoch
    requests BIGINT NOT NULL,
    PRIMARY KEY (source, lane, day)
);

-- Which lanes fail as a whole, and until when they are left alone.
CREATE TABLE patrol_lanes (
    source TEXT NOT NULL,
    lane TEXT NOT NULL,
    failures BIGINT NOT NULL,
    trips BIGINT NOT NULL,
    open_until BIGINT NOT NULL,
    PRIMARY KEY (source, lane)
);

-- Which accounts a source looks at, over which lane, what failed, and what makes the next request conditional.
CREATE TABLE patrol_accounts (
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    lane TEXT NOT NULL,
    failures BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    looked_at BIGINT NOT NULL,        -- 0: no look worked yet
    etag TEXT NOT NULL,
    modified TEXT NOT NULL,
    full_at BIGINT,                   -- of the last answer that was not 304
    digest TEXT NOT NULL,
    PRIMARY KEY (source, account)
);

-- What a log-in answered when it was last asked.
CREATE TABLE patrol_probes (
    source TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    works BIGINT NOT NULL,
    detail TEXT NOT NULL,
    quota_left BIGINT
);
