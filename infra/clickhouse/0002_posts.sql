-- Posts as observed, sorted for scoring: when did an account publish? The first record of each id; whoever counts
-- leaves out what post_voids names.
CREATE TABLE posts
(
    account_key UInt64 COMMENT 'cityHash64(account_id)',
    account_id String CODEC(ZSTD) COMMENT 'platform:native-id',
    published_at DateTime64(6, 'UTC') CODEC(Delta, LZ4) COMMENT 'when it was published',
    event_id UUID COMMENT 'id of post.published',
    recorded_at DateTime64(6, 'UTC') CODEC(Delta, LZ4) COMMENT 'when the log took it',
    partition UInt16 COMMENT 'coordinates in the log',
    offset UInt64 CODEC(Delta, ZSTD) COMMENT 'coordinates in the log'
)
ENGINE = MergeTree
ORDER BY (account_key, published_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Posts as observed: when did an account publish?';

CREATE MATERIALIZED VIEW posts_feed TO posts AS
SELECT cityHash64(subject) AS account_key, subject AS account_id, time AS published_at, id AS event_id,
       recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type = 'post.published' AND NOT repeats;

-- Posts that stopped counting: which, since which moment of the world, and known since when?
CREATE TABLE post_voids
(
    account_key UInt64 COMMENT 'cityHash64(account_id)',
    post_id UUID COMMENT 'id of the post.published that is meant',
    void_from DateTime64(6, 'UTC') COMMENT 'deleted at; 1970 for a withdrawal, which is void from the start',
    event_id UUID COMMENT 'id of the deletion or withdrawal',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    partition UInt16 COMMENT 'coordinates in the log',
    offset UInt64 COMMENT 'coordinates in the log'
)
ENGINE = MergeTree
ORDER BY (account_key, post_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Posts that were deleted or withdrawn: since when do they not count?';

CREATE MATERIALIZED VIEW post_voids_feed TO post_voids AS
SELECT cityHash64(subject) AS account_key,
       toUUID(JSONExtractString(data, if(type = 'post.withdrawn', 'corrects', 'post_id'))) AS post_id,
       if(type = 'post.withdrawn', toDateTime64(0, 6, 'UTC'), time) AS void_from,
       id AS event_id, recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type IN ('post.withdrawn', 'post.deleted') AND NOT repeats;
