-- Which visits of the home page of a site were made on a Chinese day, until the fact of that day is written.
CREATE TABLE patrol_visits (
    site TEXT NOT NULL,
    day BIGINT NOT NULL,              -- days since the epoch
    slot BIGINT NOT NULL,             -- part of the day
    at BIGINT NOT NULL,               -- microseconds since the epoch
    cause TEXT NOT NULL,               -- empty: it was open
    PRIMARY KEY (site, day, slot)
);

-- Which links of a site did not open at the last look, and since when: a second look comes before any suggestion.
CREATE TABLE patrol_links (
    site TEXT NOT NULL,
    url TEXT NOT NULL,
    first_at BIGINT NOT NULL,         -- first of the looks in a row that failed, microseconds since the epoch
    last_at BIGINT NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (site, url)
);
