-- Who is responsible for what: the only place that knows names and numbers (design promise 11).
CREATE TABLE people (
    id TEXT PRIMARY KEY,               -- drawn by chance; events hold it
    unit TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    phone TEXT NOT NULL,
    stored_at INTEGER NOT NULL,        -- microseconds since the epoch
    UNIQUE (unit, role, name)
);

-- Who read or erased what, when and why; holds no name and no number, and outlives the erasure.
CREATE TABLE people_accesses (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    person_id TEXT NOT NULL
);

CREATE INDEX people_accesses_by_person ON people_accesses (person_id);
