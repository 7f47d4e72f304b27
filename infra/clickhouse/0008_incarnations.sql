-- A record that repeats one of an earlier life of the log counts as a repeat in whatever partition it stands: a log
-- that moved may have more of them.
ALTER TABLE records COMMENT COLUMN repeats
    'an earlier record has this id: of the same partition, or of an earlier life of the log; broadcasts count by partition';

-- Which records repeat an id with other content? The first record of the id counts; these are mistakes of a source.
DROP VIEW IF EXISTS conflicts;
CREATE VIEW conflicts
(
    topic LowCardinality(String) COMMENT 'facts or derived',
    partition UInt16 COMMENT 'partition of the log',
    offset UInt64 COMMENT 'place in the partition',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    id UUID COMMENT 'identity that an earlier record has',
    type LowCardinality(String) COMMENT 'type of the event',
    source LowCardinality(String) COMMENT 'who says so',
    subject String COMMENT 'account id, or id of a source',
    time DateTime64(6, 'UTC') COMMENT 'the time that this record claims',
    first_time DateTime64(6, 'UTC') COMMENT 'the time of the record that counts'
) AS
SELECT r.topic AS topic, r.partition AS partition, r.offset AS offset, r.recorded_at AS recorded_at, r.id AS id,
       r.type AS type, r.source AS source, r.subject AS subject, r.time AS time, f.first.1 AS first_time
FROM records AS r
INNER JOIN
(
    SELECT topic, id, argMin((time, data), (repeats, recorded_at, offset)) AS first
    FROM records WHERE id IN (SELECT id FROM records WHERE repeats) GROUP BY topic, id
) AS f ON f.topic = r.topic AND f.id = r.id
WHERE r.repeats AND (r.time, r.data) != f.first
COMMENT 'Which records repeat an id with other content?';
