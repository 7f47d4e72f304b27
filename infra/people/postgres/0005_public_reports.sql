-- What the public reported (纠错、好差评): no fact holds any of it, and it can be erased whole.
CREATE TABLE public_reports (
    id TEXT PRIMARY KEY,               -- drawn by chance
    year INTEGER NOT NULL,             -- with number: 2026-12, for people
    number INTEGER NOT NULL,
    account TEXT NOT NULL,             -- account id; empty: none that the directory has
    called TEXT NOT NULL,              -- what was typed for the account; empty: erased
    matter TEXT NOT NULL,
    rating INTEGER NOT NULL,           -- 1 to 5; 0: none
    text TEXT NOT NULL,                -- empty: erased
    link TEXT NOT NULL,
    contact TEXT NOT NULL,             -- empty: none, or erased
    via TEXT NOT NULL,                 -- web or file
    at BIGINT NOT NULL,                -- microseconds since the epoch
    state TEXT NOT NULL,               -- open, taken, handled, dismissed
    settled_at BIGINT NOT NULL,        -- 0: open
    settled_by TEXT NOT NULL,          -- person id or code of a role
    reason TEXT NOT NULL,              -- of whoever settled it
    fact TEXT NOT NULL,                -- id of the fact that a person recorded of it
    erased INTEGER NOT NULL,           -- 1: nothing of it is left but number, matter and state
    UNIQUE (year, number)
);

CREATE INDEX public_reports_by_time ON public_reports (at);

-- The planner's statistics copy frequent values, and would keep what was erased.
ALTER TABLE public_reports
    ALTER COLUMN called SET STATISTICS 0,
    ALTER COLUMN text SET STATISTICS 0,
    ALTER COLUMN link SET STATISTICS 0,
    ALTER COLUMN contact SET STATISTICS 0;
