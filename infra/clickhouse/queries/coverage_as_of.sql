-- Since when are the posts of each account known, as known at K?
SELECT account_key, toUnixTimestamp64Micro(min(covered_from)) AS covered_us
FROM coverage
WHERE recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
GROUP BY account_key
