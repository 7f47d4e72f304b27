-- Over which stretches are the posts of some accounts known, as known at K? Seconds since 1970, joined and in order.
-- A row of `coverage` answers where all of its looks were recorded by K and no stall touches one; the looks of the
-- others are read one by one. Looks before {day} end before anything that is asked for.
WITH
    {stall_sources:Array(String)} AS stall_sources,
    {stall_since:Array(Int64)} AS stall_since,
    {stall_until:Array(Int64)} AS stall_until,
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    (who, first_us, last_us) -> notEmpty(stall_sources) AND arrayExists((s, a, b) -> s = who AND a < last_us AND first_us < b,
        stall_sources, stall_since, stall_until) AS touched,
    summed AS
    (
        SELECT account_key, source, shows_from, day, max(until) AS ends,
               touched(source, min(toUnixTimestamp64Micro(first_looked_at)), max(toUnixTimestamp64Micro(last_looked_at)))
                   OR max(recorded_at) > known_at AS in_doubt,
               min(first_recorded_at) <= known_at AS known
        FROM coverage
        WHERE account_key IN {accounts:Array(UInt64)} AND day >= {day:UInt32} AND until > 0
        GROUP BY account_key, source, shows_from, day
    ),
    looked AS
    (
        SELECT account_key, intDiv(toUnixTimestamp64Micro(assumeNotNull(coalesce(complete_from, shows_from))) + 999999, 1000000)
                   AS begin,
               intDiv(least(toUnixTimestamp64Micro(looked_at) - toInt64(lag_s) * 1000000,
                   ifNull(toUnixTimestamp64Micro(alive_at), toUnixTimestamp64Micro(looked_at))), 1000000) AS ends
        FROM looks
        WHERE account_key IN {accounts:Array(UInt64)}
          AND (account_key, source, toUInt32(intDiv(toUnixTimestamp64Micro(looked_at) + 28800000000 - 1, 86400000000)))
              IN (SELECT account_key, source, day FROM summed WHERE in_doubt AND known)
          AND looked_at >= toDateTime64(toInt64({day:UInt32}) * 86400 - 28800, 6, 'UTC')
          AND recorded_at <= known_at AND proves_silence AND (complete_from IS NOT NULL OR shows_from IS NOT NULL)
          AND begin < ends
          AND NOT touched(source, toUnixTimestamp64Micro(looked_at), toUnixTimestamp64Micro(looked_at))
    ),
    whole AS
    (
        SELECT account_key, begin, max(ends) AS ends
        FROM
        (
            SELECT account_key, shows_from AS begin, ends FROM summed WHERE NOT in_doubt
            UNION ALL
            SELECT account_key, begin, ends FROM looked
        )
        GROUP BY account_key, begin
    ),
    parted AS
    (
        SELECT account_key, begin, ends,
               begin > max(ends) OVER (PARTITION BY account_key ORDER BY begin ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                   AS parts
        FROM whole
    ),
    numbered AS
    (
        SELECT account_key, begin, ends,
               sum(parts) OVER (PARTITION BY account_key ORDER BY begin ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS part
        FROM parted
    )
SELECT account_key, arraySort(groupArray((begun, ended))) AS stretches
FROM (SELECT account_key, part, min(begin) AS begun, max(ends) AS ended FROM numbered GROUP BY account_key, part)
GROUP BY account_key
