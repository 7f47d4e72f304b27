-- What intakes changed about people: undoing one gives back what was before, for 90 days; an erasure takes it along.
CREATE TABLE people_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    intake TEXT NOT NULL,              -- number
    person_id TEXT NOT NULL,
    existed INTEGER NOT NULL,         -- 0: the intake stored the person first
    post TEXT NOT NULL,                -- before
    phone TEXT NOT NULL,               -- before
    at INTEGER NOT NULL               -- microseconds since the epoch
);

CREATE INDEX people_changes_by_intake ON people_changes (intake);

-- Plans of intakes, which are no facts: 30 days.
CREATE TABLE intake_plans (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    at INTEGER NOT NULL
);

-- Answers that were given to questions about cells, offered again: by field and folded cell.
CREATE TABLE intake_answers (
    field TEXT NOT NULL,
    cell TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (field, cell)
);
