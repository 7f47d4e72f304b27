-- Looks at accounts: who looked when, and what does the look prove? Times inside the data are read as the folds read
-- them: letters of either case, digits beyond the microsecond rounded. Sorted by week first: a check point asks for
-- the last days of every account, and hardly ever for more.
CREATE TABLE looks
(
    account_key UInt64 COMMENT 'cityHash64(account_id)',
    account_id String CODEC(ZSTD) COMMENT 'platform:native-id',
    looked_at DateTime64(6, 'UTC') CODEC(Delta, LZ4) COMMENT 'when somebody looked',
    source LowCardinality(String) COMMENT 'who looked',
    failed LowCardinality(String) COMMENT 'why the look failed, empty if it worked',
    proves_silence UInt8 COMMENT '1: the source shows every post, sooner or later',
    lag_s UInt32 COMMENT 'the source may show posts this many seconds late',
    complete_from Nullable(DateTime64(6, 'UTC')) COMMENT 'rows handed in: complete from here on',
    covers_from Nullable(DateTime64(6, 'UTC')) COMMENT 'on the first look of a source: the oldest post it showed',
    event_id UUID COMMENT 'id of account.patrolled or patrol.failed',
    recorded_at DateTime64(6, 'UTC') CODEC(Delta, LZ4) COMMENT 'when the log took it',
    partition UInt16 COMMENT 'coordinates in the log',
    offset UInt64 CODEC(Delta, ZSTD) COMMENT 'coordinates in the log'
)
ENGINE = MergeTree
ORDER BY (toMonday(looked_at, 'UTC'), account_key, looked_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Looks at accounts: who looked when, and what does it prove?';

CREATE MATERIALIZED VIEW looks_feed TO looks AS
WITH name -> parseDateTime64BestEffortOrNull(upper(JSONExtractString(data, name)), 6, 'UTC')
    + toIntervalMicrosecond(extract(JSONExtractString(data, name), '[.][0-9]{6}([0-9])') >= '5') AS instant_of
SELECT cityHash64(subject) AS account_key, subject AS account_id, time AS looked_at, source,
       if(type = 'patrol.failed', JSONExtractString(data, 'reason'), '') AS failed,
       type = 'account.patrolled' AND NOT (JSONHas(data, 'proves_silence')
           AND NOT JSONExtractBool(data, 'proves_silence')) AS proves_silence,
       toUInt32(JSONExtractUInt(data, 'lag_s')) AS lag_s,
       instant_of('complete_from') AS complete_from, instant_of('covers_from') AS covers_from,
       id AS event_id, recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type IN ('account.patrolled', 'patrol.failed') AND NOT repeats;
