-- Posts of every account that are live at a check point, as known at K: the newest, and the weeks that have one.
--
-- Nearly every post stands once in the log and was never withdrawn: these are folded in one pass, keyed by account
-- alone. A post whose id stands twice, or that a withdrawal or deletion names, is "touched" (found by hash, which may
-- name too many but never too few) and is resolved by its id: its first record counts, unless it is void.
-- The newest post is the maximum of (time, id) packed into one integer.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS check_point,
    toUUID('00000000-0000-0000-0000-000000000000') AS untouched,
    touched_hashes AS
    (
        SELECT cityHash64(event_id) AS h FROM posts GROUP BY h HAVING count() > 1
        UNION ALL
        SELECT cityHash64(post_id) FROM post_voids WHERE recorded_at <= known_at
    ),
    dead AS
    (
        SELECT post_id FROM post_voids WHERE recorded_at <= known_at AND void_from < check_point
    ),
    folded AS
    (
        SELECT
            account_key,
            if(cityHash64(event_id) IN (SELECT h FROM touched_hashes), event_id, untouched) AS id,
            max(bitOr(bitShiftLeft(toUInt256(toUnixTimestamp64Micro(published_at)), 128),
                toUInt256(reinterpretAsUInt128(event_id)))) AS newest,
            groupBitOr(if(published_at > check_point, toUInt64(0), bitShiftLeft(toUInt64(1),
                toUInt8(least(63, intDiv({t:Int64} - toUnixTimestamp64Micro(published_at), 604800000000)))))) AS weeks,
            min(bitOr(bitShiftLeft(toUInt128(offset), 64), toUInt128(toUnixTimestamp64Micro(published_at)))) AS first
        FROM posts
        WHERE recorded_at <= known_at
          AND (published_at <= check_point OR cityHash64(event_id) IN (SELECT h FROM touched_hashes))
        GROUP BY account_key, id
    ),
    live AS
    (
        SELECT account_key, newest, weeks FROM folded WHERE id = untouched
        UNION ALL
        SELECT
            account_key,
            bitOr(bitShiftLeft(toUInt256(bitAnd(first, 18446744073709551615)), 128),
                toUInt256(reinterpretAsUInt128(id))) AS newest,
            bitShiftLeft(toUInt64(1), toUInt8(least(63,
                intDiv({t:Int64} - toInt64(bitAnd(first, 18446744073709551615)), 604800000000)))) AS weeks
        FROM folded
        WHERE id != untouched
          AND toInt64(bitAnd(first, 18446744073709551615)) <= {t:Int64}
          AND id NOT IN (SELECT post_id FROM dead)
    )
SELECT
    account_key,
    toInt64(bitShiftRight(max(newest), 128)) AS newest_us,
    toString(reinterpretAsUUID(reinterpretAsString(toUInt128(bitAnd(max(newest),
        toUInt256('340282366920938463463374607431768211455')))))) AS newest_id,
    bitAnd(groupBitOr(weeks), bitShiftLeft(toUInt64(1), {weeks:UInt8}) - 1) AS weeks_with_posts
FROM live
GROUP BY account_key
