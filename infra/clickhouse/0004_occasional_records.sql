-- The rare records among the many: registry, findings, sweeps, alerts, scores, sorted by type, so that a question
-- about them does not read every post. The first record of each id in a partition; a broadcast stands in each.
CREATE TABLE occasional_records
(
    topic LowCardinality(String) COMMENT 'facts or derived',
    partition UInt16 COMMENT 'coordinates in the log',
    offset UInt64 COMMENT 'coordinates in the log',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    id UUID COMMENT 'identity of the fact',
    type LowCardinality(String) COMMENT 'type of the event',
    source LowCardinality(String) COMMENT 'who says so',
    subject String COMMENT 'account id, or id of a source',
    time DateTime64(6, 'UTC') COMMENT 'when it was true in the world',
    dataschema LowCardinality(String) COMMENT 'name and version of the data',
    data String COMMENT 'JSON of the data'
)
ENGINE = MergeTree
ORDER BY (type, subject, partition, offset)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Registry, findings, sweeps, alerts, scores: the rare records, sorted by type';

CREATE MATERIALIZED VIEW occasional_records_feed TO occasional_records AS
SELECT topic, partition, offset, recorded_at, id, type, source, subject, time, dataschema, data
FROM records
WHERE type NOT IN ('post.published', 'post.withdrawn', 'post.deleted', 'account.patrolled', 'patrol.failed',
                   'clock.ticked', 'log.marked', 'unreadable')
  AND NOT repeats;
