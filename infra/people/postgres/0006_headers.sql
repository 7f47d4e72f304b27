-- What a column means in the papers of a sender, as somebody said of one that was taken in: asked no more for the next.
-- The newest counts; undoing an intake takes what was said with it, and what was said before holds again.
CREATE TABLE intake_headers (
    sender TEXT NOT NULL,             -- unit, area or firm, folded; empty: the papers name nobody
    header TEXT NOT NULL,             -- key of the header
    field TEXT NOT NULL,              -- of the vocabulary; empty: the column is kept aside
    intake TEXT NOT NULL,             -- number
    at BIGINT NOT NULL,              -- microseconds since the epoch
    PRIMARY KEY (sender, header, intake)
);
