-- What intakes changed about people: undoing one gives back what was before, for 90 days; an erasure takes it along.
CREATE TABLE people_changes (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    intake TEXT NOT NULL,              -- number
    person_id TEXT NOT NULL,
    existed SMALLINT NOT NULL,         -- 0: the intake stored the person first
    post TEXT NOT NULL,                -- before
    phone TEXT NOT NULL,               -- before
    at BIGINT NOT NULL               -- microseconds since the epoch
);

CREATE INDEX people_changes_by_intake ON people_changes (intake);

-- Plans of intakes, which are no facts: 30 days.
CREATE TABLE intake_plans (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- Answers that were given to questions about cells, offered again: by field and folded cell.
CREATE TABLE intake_answers (
    field TEXT NOT NULL,
    cell TEXT NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (field, cell)
);

-- The planner's statistics copy frequent values, and would keep what was erased.
ALTER TABLE people_changes
    ALTER COLUMN post SET STATISTICS 0,
    ALTER COLUMN phone SET STATISTICS 0;
ALTER TABLE intake_answers
    ALTER COLUMN cell SET STATISTICS 0,
    ALTER COLUMN answer SET STATISTICS 0;
