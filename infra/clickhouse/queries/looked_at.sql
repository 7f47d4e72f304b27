-- The newest look at every account up to a moment, as known at K; accounts that no registry knows are among them.
SELECT account_id, toUnixTimestamp64Micro(max(looked_at)) AS newest_us
FROM looks
WHERE recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
  AND looked_at <= fromUnixTimestamp64Micro({t:Int64}, 'UTC')
GROUP BY account_id
