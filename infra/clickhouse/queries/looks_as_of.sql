-- Looks at every account as known at K: until when is silence proven, by which look, and what was made void?
-- A look inside a stall of its source proves nothing; rows handed in prove only where they are complete over the
-- whole limit before the check point. `accounts` empty means all of them.
--
-- The look that proves most is a maximum of three things packed into one integer: how far it proves, how early it
-- was, its id; both times shifted so that they have no sign. 0 stands for "none".
WITH
    {stall_sources:Array(String)} AS stall_sources,
    {stall_since:Array(Int64)} AS stall_since,
    {stall_until:Array(Int64)} AS stall_until,
    us -> bitXor(toUInt64(us), 0x8000000000000000) AS unsigned,
    packed -> reinterpretAsInt64(bitXor(toUInt64(packed), 0x8000000000000000)) AS signed,
    judged AS
    (
        SELECT
            account_key,
            toUnixTimestamp64Micro(looked_at) AS looked_us,
            unsigned(looked_us) AS looked,
            unsigned(least(looked_us - toInt64(lag_s) * 1000000, ifNull(toUnixTimestamp64Micro(alive_at), looked_us),
                {t:Int64})) AS proves,
            event_id,
            failed,
            proves_silence AND (complete_from IS NULL
                OR toUnixTimestamp64Micro(assumeNotNull(complete_from)) <= {limit_start:Int64}) AS trusted,
            notEmpty(stall_sources) AND arrayExists((s, a, b) -> s = source AND a < looked_us AND looked_us < b,
                stall_sources, stall_since, stall_until) AS stalled
        FROM looks
        PREWHERE empty({accounts:Array(UInt64)}) OR account_key IN {accounts:Array(UInt64)}
        WHERE recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
          AND looked_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
    ),
    folded AS
    (
        SELECT
            account_key,
            maxIf(bitOr(bitOr(bitShiftLeft(toUInt256(proves), 192), bitShiftLeft(toUInt256(bitNot(looked)), 128)),
                toUInt256(reinterpretAsUInt128(event_id))), trusted AND NOT stalled) AS best,
            maxIf(looked, trusted AND NOT stalled) AS last_trusted,
            maxIf(looked, trusted AND stalled) AS void,
            maxIf(looked, failed = 'damaged_feed') AS damaged,
            maxIf(looked, failed = 'emptied') AS emptied
        FROM judged
        GROUP BY account_key
    )
SELECT
    account_key,
    if(best = 0, NULL, signed(bitShiftRight(best, 192))) AS proven_us,
    reinterpret(toUInt128(best), 'UUID') AS look_id,
    if(last_trusted = 0, NULL, signed(last_trusted)) AS last_trusted_us,
    if(void = 0, NULL, signed(void)) AS void_us,
    if(damaged = 0, NULL, signed(damaged)) AS damaged_us,
    if(emptied = 0, NULL, signed(emptied)) AS emptied_us
FROM folded
