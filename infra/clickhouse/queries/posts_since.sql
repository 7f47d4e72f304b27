-- The live posts of some accounts in the days before a check point, as known at K: when was each published?
WITH toUnixTimestamp64Micro(published_at) + 28800000000 - 1 AS chinese_us
SELECT account_key, toUnixTimestamp64Micro(published_at) AS published_us, date_only
FROM posts
WHERE account_key IN {accounts:Array(UInt64)}
  AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
  AND published_at > fromUnixTimestamp64Micro({since:Int64} - 86400000000, 'UTC')
  AND if(date_only, chinese_us - positiveModulo(chinese_us, 86400000000) - 28800000000, toUnixTimestamp64Micro(published_at) - 1)
      < {t:Int64}
  AND (account_key, event_id) NOT IN
  (
      SELECT account_key, post_id FROM post_voids
      WHERE account_key IN {accounts:Array(UInt64)} AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
        AND void_from < fromUnixTimestamp64Micro({t:Int64}, 'UTC')
  )
