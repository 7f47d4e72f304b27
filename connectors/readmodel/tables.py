"""Tables of the read model, in words that SQLite has and PostgreSQL is told in its own."""

SCHEMA = 9
"""Number of these tables and of what stands in them; a model of another number is made anew."""

NAMES = ("life", "positions", "states", "accounts", "numbers", "areas", "alerts", "facts", "kinds")
"""Tables that follow from the log alone."""

TABLES = """
CREATE TABLE life (
    log TEXT NOT NULL    -- which log all of this follows from
);
CREATE TABLE making (
    made TEXT NOT NULL,  -- another one each time the model is made
    version INTEGER NOT NULL
);
CREATE TABLE positions (topic TEXT, part INTEGER, next_offset INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    sources BLOB, PRIMARY KEY (topic, part));
CREATE TABLE states (subject TEXT PRIMARY KEY, state BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE accounts (
    subject TEXT PRIMARY KEY,
    line BLOB NOT NULL,
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_folded TEXT NOT NULL,
    own_area TEXT NOT NULL,
    area TEXT NOT NULL,          -- its own, else that of its owner
    tier TEXT NOT NULL,
    family TEXT NOT NULL,
    said TEXT NOT NULL,
    number INTEGER,
    counted_from INTEGER,
    newest_at INTEGER,
    opened_at INTEGER NOT NULL,  -- 0: since before the records
    closed_at INTEGER NOT NULL   -- the end of time: it is not
) WITHOUT ROWID;
CREATE INDEX accounts_counted ON accounts (counted_from, subject, closed_at, opened_at);
CREATE INDEX accounts_newest ON accounts (newest_at, subject, closed_at, opened_at);
CREATE INDEX accounts_name ON accounts (name, subject, closed_at, opened_at);
CREATE INDEX accounts_owner ON accounts (owner, subject, closed_at, opened_at);
CREATE INDEX accounts_owned ON accounts (owner_folded, counted_from, subject, closed_at, opened_at);
CREATE INDEX accounts_area ON accounts (area, counted_from, subject, closed_at, opened_at);
CREATE INDEX accounts_tier ON accounts (tier, counted_from, subject, closed_at, opened_at);
CREATE INDEX accounts_family ON accounts (family, counted_from, subject, closed_at, opened_at);
CREATE INDEX accounts_number ON accounts (number, subject, closed_at, opened_at);
CREATE INDEX accounts_closed ON accounts (closed_at, opened_at);
CREATE INDEX accounts_said ON accounts (said);
CREATE TABLE numbers (subject TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX numbers_of ON numbers (number);
CREATE TABLE areas (owner TEXT PRIMARY KEY, area TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE alerts (id BLOB PRIMARY KEY, subject TEXT NOT NULL, opener BLOB NOT NULL, level TEXT NOT NULL,
    audience TEXT NOT NULL, at INTEGER NOT NULL, delivered INTEGER NOT NULL, failed INTEGER NOT NULL);
CREATE INDEX alerts_of ON alerts (subject, opener);
CREATE TABLE facts (type TEXT, part INTEGER, place INTEGER, recorded_at INTEGER NOT NULL, subject TEXT NOT NULL,
    id BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (type, part, place)) WITHOUT ROWID;
CREATE INDEX facts_of ON facts (subject, type);
CREATE INDEX facts_ids ON facts (id);
CREATE TABLE kinds (type TEXT PRIMARY KEY, facts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    id BLOB PRIMARY KEY,
    rows BLOB NOT NULL           -- copied from the history when somebody asks
) WITHOUT ROWID;
"""


def statements(text: str = TABLES) -> list[str]:
    """Return the statements that make the tables."""
    return [statement for statement in text.split(";\n") if statement.strip()]
