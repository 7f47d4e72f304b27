-- A planned look says up to when its source was known to have lived, and which need it served: it proves and covers up to
-- the lesser of its moment less the lag and that sign of life. No look of before says so, so rows stay as they are.
ALTER TABLE looks ADD COLUMN IF NOT EXISTS alive_at Nullable(DateTime64(6, 'UTC')) COMMENT 'planned: newest publication that the source had shown by then, at any account; NULL: nobody planned it' AFTER updates_28d;
ALTER TABLE looks ADD COLUMN IF NOT EXISTS why LowCardinality(String) COMMENT 'planned: code of the need that it served' AFTER alive_at;
DROP VIEW IF EXISTS coverage_feed;
DROP VIEW IF EXISTS looks_feed;
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
       instant_of('alive_at') AS alive_at, JSONExtractString(data, 'why') AS why,
       multiIf(empty OR (by_hand AND (gap_since IS NOT NULL OR updates_28d IS NOT NULL)), 1, carries_on, 2, 0) AS apart,
       id AS event_id, recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type IN ('account.patrolled', 'patrol.failed') AND NOT repeats;

CREATE MATERIALIZED VIEW coverage_feed TO coverage AS
WITH
    intDiv(toUnixTimestamp64Micro(assumeNotNull(coalesce(complete_from, shows_from))) + 999999, 1000000) AS begin,
    intDiv(least(toUnixTimestamp64Micro(looked_at) - toInt64(lag_s) * 1000000,
        ifNull(toUnixTimestamp64Micro(alive_at), toUnixTimestamp64Micro(looked_at))), 1000000) AS ends,
    proves_silence AND (complete_from IS NOT NULL OR shows_from IS NOT NULL) AND begin < ends AS covers
SELECT account_key, source, if(covers, begin, toInt64(4294967295)) AS shows_from,
       toUInt32(intDiv(toUnixTimestamp64Micro(looked_at) + 28800000000 - 1, 86400000000)) AS day,
       if(covers, ends, 0) AS until, looked_at AS first_looked_at, looked_at AS last_looked_at,
       recorded_at AS first_recorded_at, recorded_at, partition, offset
FROM looks;

-- What is wrong with a source beside a stall is told, too.
DROP VIEW IF EXISTS alert_history;
CREATE VIEW alert_history
(
    alert_id UUID COMMENT 'id of the alert; the same silence and level have the same',
    type LowCardinality(String) COMMENT 'alert.raised, alert.skipped, alert.cleared, or of a source: stalled, recovered, impaired, restored',
    account_id String COMMENT 'platform:native-id, or id of a source',
    given_id String COMMENT 'the id as its sheet wrote it',
    name String COMMENT 'name when it was raised',
    owner String COMMENT 'owner unit when it was raised',
    level String COMMENT 'step of the ladder',
    at DateTime64(6, 'UTC') COMMENT 'the greater of deadline and the first look that proves it',
    deadline Nullable(DateTime64(6, 'UTC')) COMMENT 'when the step was due',
    silent_since Nullable(DateTime64(6, 'UTC')) COMMENT 'newest post or opening that the silence began with',
    replay Bool COMMENT 'it belongs to recorded polls that were played again',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    delivered_to Array(String) COMMENT 'channels that took the message',
    refused_by Array(String) COMMENT 'channels that refused it for good'
) AS
WITH
    raised AS
    (
        SELECT id, type, subject, time, recorded_at, data FROM occasional_records
        WHERE topic = 'derived'
          AND type IN ('alert.raised', 'alert.skipped', 'alert.cleared', 'source.stalled', 'source.recovered',
              'source.impaired', 'source.restored')
        ORDER BY partition, offset
        LIMIT 1 BY id
    ),
    told AS
    (
        SELECT JSONExtractString(data, 'message_id') AS message_id,
               arraySort(groupUniqArrayIf(JSONExtractString(data, 'channel'), type = 'alert.delivered')) AS delivered_to,
               arraySort(groupUniqArrayIf(JSONExtractString(data, 'channel'), type = 'alert.delivery_failed')) AS refused_by
        FROM occasional_records
        WHERE topic = 'derived' AND type IN ('alert.delivered', 'alert.delivery_failed')
        GROUP BY message_id
    )
SELECT id AS alert_id, type, subject AS account_id, JSONExtractString(data, 'given_id') AS given_id,
       JSONExtractString(data, 'name') AS name, JSONExtractString(data, 'owner') AS owner,
       JSONExtractString(data, 'level') AS level, time AS at,
       parseDateTime64BestEffortOrNull(JSONExtractString(data, 'deadline'), 6, 'UTC') AS deadline,
       parseDateTime64BestEffortOrNull(JSONExtractString(data, 'anchor_at'), 6, 'UTC') AS silent_since,
       JSONExtractBool(data, 'replay') AS replay, recorded_at, delivered_to, refused_by
FROM raised
LEFT JOIN told ON told.message_id = toString(raised.id)
COMMENT 'Which alerts were raised, and who was told?';
