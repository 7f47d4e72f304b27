-- Posts of every account that are live at a moment, as known at K: the newest, and how many since another moment.
-- Accounts that no registry knows are among them.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS at,
    toUnixTimestamp64Micro(published_at) + 28800000000 - 1 AS chinese_us
SELECT account_id, toUnixTimestamp64Micro(max(published_at)) AS newest_us,
       countIf(published_at > fromUnixTimestamp64Micro({since:Int64}, 'UTC')) AS recent
FROM posts
WHERE recorded_at <= known_at
  AND if(date_only, chinese_us - positiveModulo(chinese_us, 86400000000) - 28800000000 < {t:Int64}, published_at <= at)
  AND (account_key, event_id) NOT IN
  (
      SELECT account_key, post_id FROM post_voids WHERE recorded_at <= known_at AND void_from < at
  )
GROUP BY account_id
