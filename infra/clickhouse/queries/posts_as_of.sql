-- Posts of every account that are live at a check point, as known at K: the newest, and the weeks that have one.
-- `accounts` empty means all of them.
-- A post known by its day alone counts at every moment of that day, and in each week that the day touches.
--
-- One pass, keyed by account alone. The newest post is the maximum of (time, id, by day) packed into one integer: the
-- time shifted so that it has no sign, the id as ClickHouse orders ids. A void is found by account and id folded into
-- 128 bits, which is three times faster than by the pair and, as ids are hashes, as exact as the ids themselves.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS check_point,
    toUnixTimestamp64Micro(published_at) AS us,
    positiveModulo(us + 28800000000 - 1, 86400000000) + 1 AS into_day,
    us - if(date_only, into_day - 1, 0) AS first_us,
    us + if(date_only, 86400000000 - into_day, 0) AS last_us,
    at_us -> bitShiftLeft(toUInt64(1), toUInt8(least(63, intDiv(greatest({t:Int64} - at_us, 0), 604800000000)))) AS week_of,
    folded AS
    (
        SELECT
            account_key,
            max(bitOr(bitShiftLeft(bitOr(
                bitShiftLeft(toUInt256(bitXor(toUInt64(us), 0x8000000000000000)), 128),
                toUInt256(reinterpretAsUInt128(event_id))), 1), toUInt256(date_only))) AS newest,
            groupBitOr(bitOr(week_of(last_us), if(date_only, week_of(first_us), 0))) AS all_weeks
        FROM posts
        WHERE (empty({accounts:Array(UInt64)}) OR account_key IN {accounts:Array(UInt64)})
          AND recorded_at <= known_at
          AND published_at <= check_point + toIntervalDay(1)
          AND if(date_only, first_us <= {t:Int64}, published_at <= check_point)
          AND bitXor(toUInt128(account_key), reinterpretAsUInt128(event_id)) NOT IN
          (
              SELECT bitXor(toUInt128(account_key), reinterpretAsUInt128(post_id)) FROM post_voids
              WHERE (empty({accounts:Array(UInt64)}) OR account_key IN {accounts:Array(UInt64)}) AND recorded_at <= known_at AND void_from < check_point
          )
        GROUP BY account_key
    )
SELECT
    account_key,
    reinterpretAsInt64(bitXor(toUInt64(bitShiftRight(newest, 129)), 0x8000000000000000)) AS newest_us,
    reinterpret(toUInt128(bitShiftRight(newest, 1)), 'UUID') AS newest_id,
    bitAnd(newest, toUInt256(1)) = 1 AS newest_by_day,
    bitAnd(all_weeks, bitShiftLeft(toUInt64(1), {weeks:UInt8}) - 1) AS weeks_with_posts
FROM folded
