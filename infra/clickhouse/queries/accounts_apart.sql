-- Which accounts have looks that no sum can stand for, as known at K: what they prove (1) or only what they cover (2)?
SELECT account_key, min(apart) AS how
FROM looks
PREWHERE apart > 0
WHERE recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
GROUP BY account_key
