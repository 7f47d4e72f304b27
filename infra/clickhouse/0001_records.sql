-- Every record of the log, as it stands there: which facts were known, since when, and where do they lie?
-- Everything else hangs off this table and can be made again from it. No partitioning by event time: one batch
-- would fall into many parts.
CREATE TABLE records
(
    topic LowCardinality(String) COMMENT 'facts or derived',
    incarnation LowCardinality(String) COMMENT 'which life of the log; a restored or moved log begins a new one',
    partition UInt16 COMMENT 'partition of the log; a subject always lives in one',
    offset UInt64 COMMENT 'place in the partition',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it; never falls within a partition',
    id UUID COMMENT 'identity of the fact; the first record of an id counts',
    type LowCardinality(String) COMMENT 'post.published, account.patrolled, ...; unreadable for a dead letter',
    source LowCardinality(String) COMMENT 'who says so',
    subject String COMMENT 'account id, or id of a source',
    time DateTime64(6, 'UTC') COMMENT 'when it was true in the world',
    dataschema LowCardinality(String) COMMENT 'name and version of the data',
    data String COMMENT 'JSON of the data; hex of the bytes for a dead letter',
    repeats Bool COMMENT 'an earlier record of the topic and partition has this id; only the first counts',
    INDEX recorded_at_range recorded_at TYPE minmax GRANULARITY 4,
    INDEX known_ids id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (topic, partition, incarnation, offset)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Every record of the log: which facts were known, since when?';
