-- What a look says is read in one pass over its data; before, each column read all of it again. The columns are those of
-- before, so rows stay as they are.
DROP VIEW IF EXISTS looks_feed;
CREATE MATERIALIZED VIEW looks_feed TO looks AS
WITH JSONExtract(data, 'Tuple(
        new_posts UInt64, newest_post_at String, proves_silence Nullable(Bool), lag_s UInt64, covers_from String,
        shows_from String, shows_all Bool, empty Bool, by_hand Bool, complete_from String, date_only Bool, gap_since String,
        longest_gap_s Nullable(UInt64), updates_28d Nullable(UInt64), carries_on Bool, alive_at String, why String,
        reason String)') AS said,
    text -> parseDateTime64BestEffortOrNull(upper(text), 6, 'UTC')
        + toIntervalMicrosecond(extract(text, '[.][0-9]{6}([0-9])') >= '5') AS instant_of,
    endsWith(dataschema, ':1') AS first_version,
    type = 'account.patrolled' AS worked,
    source = 'sheets' OR said.by_hand AS hand,
    instant_of(said.newest_post_at) AS newest,
    instant_of(if(first_version, said.covers_from, said.shows_from)) AS told,
    worked AND (said.carries_on OR (first_version AND told IS NULL
        AND instant_of(said.complete_from) IS NULL AND said.new_posts = 0)) AS tells_nothing,
    toUnixTimestamp64Micro(time) + 28800000000 - 1 AS chinese_us
SELECT cityHash64(subject) AS account_key, subject AS account_id,
       if(said.date_only, fromUnixTimestamp64Micro(
           chinese_us - positiveModulo(chinese_us, 86400000000) - 28800000000, 'UTC'), time) AS looked_at,
       source,
       if(worked, '', said.reason) AS failed,
       worked AND ifNull(said.proves_silence, true) AS proves_silence,
       toUInt32(said.lag_s) AS lag_s,
       instant_of(said.complete_from) AS complete_from,
       multiIf(said.shows_all, toDateTime64(0, 6, 'UTC'), hand AND tells_nothing, newest, told) AS shows_from,
       worked AND hand AS by_hand,
       said.empty OR (hand AND tells_nothing AND newest IS NULL) AS empty,
       tells_nothing AND NOT hand AS carries_on,
       if(said.longest_gap_s <= 604800, instant_of(said.gap_since), NULL) AS gap_since,
       toUInt32(said.updates_28d) AS updates_28d,
       instant_of(said.alive_at) AS alive_at, said.why AS why,
       multiIf(empty OR (by_hand AND (gap_since IS NOT NULL OR updates_28d IS NOT NULL)), 1, carries_on, 2, 0) AS apart,
       id AS event_id, recorded_at, partition, offset
FROM records
WHERE topic = 'facts' AND type IN ('account.patrolled', 'patrol.failed') AND NOT repeats;
