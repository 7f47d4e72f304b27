-- The looks at some accounts as known at K, in the order of their recording: what does each say?
SELECT account_key, event_id, source, failed, toUnixTimestamp64Micro(looked_at) AS looked_us, lag_s, proves_silence,
       toUnixTimestamp64Micro(shows_from) AS shows_us, toUnixTimestamp64Micro(complete_from) AS complete_us,
       by_hand, empty, carries_on, toUnixTimestamp64Micro(gap_since) AS gap_us, updates_28d,
       toUnixTimestamp64Micro(alive_at) AS alive_us
FROM looks
WHERE account_key IN {accounts:Array(UInt64)} AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
ORDER BY account_key, recorded_at, partition, offset
