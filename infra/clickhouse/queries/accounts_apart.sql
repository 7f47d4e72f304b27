-- Which accounts have looks that no sum can stand for, as known at K: what they prove (1) or only what they cover (2)?
-- `accounts` empty means all of them.
SELECT account_key, min(apart) AS how
FROM looks
PREWHERE apart > 0
WHERE (empty({accounts:Array(UInt64)}) OR account_key IN {accounts:Array(UInt64)})
  AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
GROUP BY account_key
