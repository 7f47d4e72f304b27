-- Looks tell the oldest item that they show, and so over what stretch every post is known. A post, a look or a finding
-- may be known by its day alone: 00:00 < t <= 24:00 in China. Rows of before are read as projections/ and events/looks.py
-- read them.
ALTER TABLE posts ADD COLUMN IF NOT EXISTS date_only Bool DEFAULT false COMMENT 'the source named a day: published_at is its last second, and it counts at every moment of it' AFTER published_at;
DROP VIEW IF EXISTS posts_feed;
CREATE MATERIALIZED VIEW posts_feed TO posts AS
SELECT cityHash64(subject) AS account_key, subject AS account_id, time AS published_at,
       JSONExtractBool(data, 'date_only') AS date_only, id AS event_id, recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type = 'post.published' AND NOT repeats;
ALTER TABLE posts UPDATE date_only = true
WHERE event_id IN (SELECT id FROM records WHERE topic = 'facts' AND type = 'post.published' AND JSONExtractBool(data, 'date_only'))
SETTINGS mutations_sync = 2;

-- Looks at accounts: who looked when, what does the look prove, and over what does it show every post? Times inside
-- the data are read as the folds read them: letters of either case, digits beyond the microsecond rounded. Sorted by
-- week first: a check point asks for the last days of every account, and hardly ever for more.
DROP VIEW IF EXISTS coverage_feed;
DROP VIEW IF EXISTS looks_feed;
DROP VIEW IF EXISTS daily_looks;
DROP TABLE IF EXISTS coverage;
DROP TABLE IF EXISTS looks;
CREATE TABLE looks
(
    account_key UInt64 COMMENT 'cityHash64(account_id)',
    account_id String CODEC(ZSTD) COMMENT 'platform:native-id',
    looked_at DateTime64(6, 'UTC') CODEC(Delta, LZ4) COMMENT 'when somebody looked; the beginning of the day where only the day is known',
    source LowCardinality(String) COMMENT 'who looked',
    failed LowCardinality(String) COMMENT 'why the look failed, empty if it worked',
    proves_silence UInt8 COMMENT '1: the source shows every post, sooner or later',
    lag_s UInt32 COMMENT 'the source may show posts this many seconds late',
    complete_from Nullable(DateTime64(6, 'UTC')) COMMENT 'rows handed in: complete from here on',
    shows_from Nullable(DateTime64(6, 'UTC')) COMMENT 'oldest item shown, 1970 where the list shows all; NULL: covers nothing',
    by_hand UInt8 COMMENT '1: a person looked',
    empty UInt8 COMMENT '1: a list without any item, which means nothing once a post is known',
    carries_on UInt8 COMMENT '1: of an earlier release; covers on from the look before it',
    gap_since Nullable(DateTime64(6, 'UTC')) COMMENT 'by hand: since here no gap was longer than a week',
    updates_28d Nullable(UInt32) COMMENT 'by hand: updates counted in the 28 days before',
    apart UInt8 COMMENT '1: what the account proves is read look by look, 2: what it covers is; 0: summed up in coverage',
    event_id UUID COMMENT 'id of account.patrolled or patrol.failed',
    recorded_at DateTime64(6, 'UTC') CODEC(Delta, LZ4) COMMENT 'when the log took it',
    partition UInt16 COMMENT 'coordinates in the log',
    offset UInt64 CODEC(Delta, ZSTD) COMMENT 'coordinates in the log',
    PROJECTION heads (SELECT partition, max((recorded_at, offset)) GROUP BY partition)
)
ENGINE = MergeTree
ORDER BY (toMonday(looked_at, 'UTC'), account_key, looked_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1,
         lightweight_mutation_projection_mode = 'rebuild'
COMMENT 'Looks at accounts: who looked when, and what does it prove?';

CREATE MATERIALIZED VIEW looks_feed TO looks AS
WITH name -> parseDateTime64BestEffortOrNull(upper(JSONExtractString(data, name)), 6, 'UTC')
    + toIntervalMicrosecond(extract(JSONExtractString(data, name), '[.][0-9]{6}([0-9])') >= '5') AS instant_of,
    endsWith(dataschema, ':1') AS first_version,
    type = 'account.patrolled' AS worked,
    source = 'sheets' OR JSONExtractBool(data, 'by_hand') AS hand,
    instant_of('newest_post_at') AS newest,
    instant_of(if(first_version, 'covers_from', 'shows_from')) AS told,
    worked AND (JSONExtractBool(data, 'carries_on') OR (first_version AND told IS NULL
        AND instant_of('complete_from') IS NULL AND JSONExtractUInt(data, 'new_posts') = 0)) AS tells_nothing,
    toUnixTimestamp64Micro(time) + 28800000000 - 1 AS chinese_us
SELECT cityHash64(subject) AS account_key, subject AS account_id,
       if(JSONExtractBool(data, 'date_only'), fromUnixTimestamp64Micro(
           chinese_us - positiveModulo(chinese_us, 86400000000) - 28800000000, 'UTC'), time) AS looked_at,
       source,
       if(type = 'patrol.failed', JSONExtractString(data, 'reason'), '') AS failed,
       worked AND NOT (JSONHas(data, 'proves_silence') AND NOT JSONExtractBool(data, 'proves_silence')) AS proves_silence,
       toUInt32(JSONExtractUInt(data, 'lag_s')) AS lag_s,
       instant_of('complete_from') AS complete_from,
       multiIf(JSONExtractBool(data, 'shows_all'), toDateTime64(0, 6, 'UTC'), hand AND tells_nothing, newest, told) AS shows_from,
       worked AND hand AS by_hand,
       JSONExtractBool(data, 'empty') OR (hand AND tells_nothing AND newest IS NULL) AS empty,
       tells_nothing AND NOT hand AS carries_on,
       if(JSONType(data, 'longest_gap_s') IN ('Int64', 'UInt64') AND JSONExtractUInt(data, 'longest_gap_s') <= 604800,
           instant_of('gap_since'), NULL)
           AS gap_since,
       if(JSONType(data, 'updates_28d') IN ('Int64', 'UInt64'),
           toUInt32(JSONExtractUInt(data, 'updates_28d')), NULL) AS updates_28d,
       multiIf(empty OR (by_hand AND (gap_since IS NOT NULL OR updates_28d IS NOT NULL)), 1, carries_on, 2, 0) AS apart,
       id AS event_id, recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type IN ('account.patrolled', 'patrol.failed') AND NOT repeats;

-- Over what are the posts of an account known? One row for all looks of a source and a Chinese day that show from one
-- moment: up to when the last of them covers. It answers for a moment of knowledge that lies behind all of them, where
-- no stall, withdrawal or contradiction touches one; else they are read one by one from `looks`.
CREATE TABLE coverage
(
    account_key UInt64 COMMENT 'cityHash64(account_id)',
    source LowCardinality(String) COMMENT 'who looked',
    shows_from Int64 CODEC(Delta, LZ4) COMMENT 'seconds since 1970: posts are known after this; 0: since ever',
    day UInt32 CODEC(Delta, LZ4) COMMENT 'Chinese day of the looks, counted from 1970',
    until SimpleAggregateFunction(max, Int64) COMMENT 'seconds since 1970: posts are known up to here; 0: the looks cover nothing',
    first_looked_at SimpleAggregateFunction(min, DateTime64(6, 'UTC')) COMMENT 'first of the looks',
    last_looked_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')) COMMENT 'last of the looks',
    first_recorded_at SimpleAggregateFunction(min, DateTime64(6, 'UTC')) COMMENT 'when the log took the first of them',
    recorded_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')) COMMENT 'when the log took the last of them',
    partition UInt16 COMMENT 'partition of the log',
    offset SimpleAggregateFunction(max, UInt64) COMMENT 'place of the last of them',
    PROJECTION heads (SELECT partition, max((recorded_at, offset)) GROUP BY partition)
)
ENGINE = AggregatingMergeTree
ORDER BY (intDiv(day, 7), account_key, source, shows_from, day, partition)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, lightweight_mutation_projection_mode = 'rebuild',
         deduplicate_merge_projection_mode = 'rebuild'
COMMENT 'Over what are the posts of an account known?';

CREATE MATERIALIZED VIEW coverage_feed TO coverage AS
WITH
    intDiv(toUnixTimestamp64Micro(assumeNotNull(coalesce(complete_from, shows_from))) + 999999, 1000000) AS begin,
    intDiv(toUnixTimestamp64Micro(looked_at) - toInt64(lag_s) * 1000000, 1000000) AS ends,
    proves_silence AND (complete_from IS NOT NULL OR shows_from IS NOT NULL) AND begin < ends AS covers
SELECT account_key, source, if(covers, begin, toInt64(4294967295)) AS shows_from,
       toUInt32(intDiv(toUnixTimestamp64Micro(looked_at) + 28800000000 - 1, 86400000000)) AS day,
       if(covers, ends, 0) AS until, looked_at AS first_looked_at, looked_at AS last_looked_at,
       recorded_at AS first_recorded_at, recorded_at, partition, offset
FROM looks;

FILL looks;

CREATE VIEW daily_looks
(
    day Date COMMENT 'day in Chinese time',
    source LowCardinality(String) COMMENT 'who looked',
    looks UInt64 COMMENT 'looks, failed ones too',
    accounts UInt64 COMMENT 'accounts looked at',
    failed UInt64 COMMENT 'looks that failed',
    damaged UInt64 COMMENT 'of these, looks at a damaged feed',
    proving UInt64 COMMENT 'looks that can prove silence'
) AS
SELECT toDate(looked_at, 'Asia/Shanghai') AS day, source, count() AS looks, uniqExact(account_key) AS accounts,
       countIf(failed != '') AS failed, countIf(looks.failed = 'damaged_feed') AS damaged,
       countIf(proves_silence) AS proving
FROM looks
GROUP BY day, source
COMMENT 'How many looks did each source take each day, and how many failed?';
