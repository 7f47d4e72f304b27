-- What people typed: facts hold id and commitment (definitions, Texts).
CREATE TABLE texts (
    id TEXT PRIMARY KEY,               -- drawn by chance
    fact TEXT NOT NULL,                -- id of the fact that it was written for
    type TEXT NOT NULL,                -- of that fact
    field TEXT NOT NULL,
    text TEXT NOT NULL,                -- empty: erased
    salt TEXT NOT NULL,                -- empty: erased
    commitment TEXT NOT NULL,          -- SHA-256 over salt and text
    by_whom TEXT NOT NULL,             -- person id or code of a role
    at INTEGER NOT NULL                -- microseconds since the epoch
);

CREATE INDEX texts_by_fact ON texts (fact);

-- Who read or erased texts, when and why; holds none, and outlives the erasure.
CREATE TABLE text_accesses (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    text_id TEXT NOT NULL              -- empty: whatever texts a command showed
);

CREATE INDEX text_accesses_by_text ON text_accesses (text_id);
