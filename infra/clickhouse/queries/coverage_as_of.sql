-- Since when are the posts of each account known, as known at K? Few looks say so, and a column of NULL costs nothing.
SELECT account_key, toUnixTimestamp64Micro(min(coalesce(covers_from, complete_from))) AS covered_us
FROM looks
PREWHERE covers_from IS NOT NULL OR complete_from IS NOT NULL
WHERE proves_silence AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
GROUP BY account_key
