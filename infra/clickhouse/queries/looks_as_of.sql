-- Looks at every account as known at K: until when is silence proven, by which look, and what was made void?
-- A look inside a stall of its source proves nothing; rows handed in prove only where they are complete over the
-- whole limit before the check point. `accounts` empty means all of them.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    {stall_sources:Array(String)} AS stall_sources,
    {stall_since:Array(Int64)} AS stall_since,
    {stall_until:Array(Int64)} AS stall_until,
    judged AS
    (
        SELECT
            account_key,
            toUnixTimestamp64Micro(looked_at) AS looked_us,
            least(looked_us - toInt64(lag_s) * 1000000, {t:Int64}) AS proves_us,
            event_id,
            failed,
            proves_silence AND (complete_from IS NULL
                OR toUnixTimestamp64Micro(assumeNotNull(complete_from)) <= {limit_start:Int64}) AS trusted,
            notEmpty(stall_sources) AND arrayExists((s, a, b) -> s = source AND a < looked_us AND looked_us < b,
                stall_sources, stall_since, stall_until) AS stalled
        FROM looks
        WHERE recorded_at <= known_at
          AND looked_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
          AND (empty({accounts:Array(UInt64)}) OR account_key IN {accounts:Array(UInt64)})
    )
SELECT
    account_key,
    maxOrNullIf(proves_us, trusted AND NOT stalled) AS proven_us,
    toString(argMaxIf(event_id, (proves_us, -looked_us, event_id), trusted AND NOT stalled)) AS look_id,
    maxOrNullIf(looked_us, trusted AND NOT stalled) AS last_trusted_us,
    maxOrNullIf(looked_us, trusted AND stalled) AS void_us,
    maxOrNullIf(looked_us, failed = 'damaged_feed') AS damaged_us
FROM judged
GROUP BY account_key
