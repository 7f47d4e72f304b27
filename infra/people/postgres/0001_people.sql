-- Who is responsible for what: the only place that knows names and numbers (design promise 11).
CREATE TABLE people (
    id TEXT PRIMARY KEY,               -- drawn by chance; events hold it
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    phone TEXT NOT NULL,
    stored_at BIGINT NOT NULL,         -- microseconds since the epoch
    UNIQUE (unit, role, name)
);

-- The planner's statistics copy frequent values, and would keep what was erased.
ALTER TABLE people
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN post SET STATISTICS 0,
    ALTER COLUMN phone SET STATISTICS 0;

-- Who read or erased what, when and why; holds no name and no number, and outlives the erasure.
CREATE TABLE people_accesses (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    person_id TEXT NOT NULL
);

CREATE INDEX people_accesses_by_person ON people_accesses (person_id);
