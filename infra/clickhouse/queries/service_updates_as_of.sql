-- Distinct seconds with a live post in the days before the check point, as known at K, of accounts that ever stood
-- in the registry as service accounts: items with one identical time are one update.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS check_point,
    service_accounts AS
    (
        SELECT DISTINCT cityHash64(subject) AS account_key FROM occasional_records
        WHERE type IN ('account.opened', 'account.changed')
          AND JSONExtractString(data, 'platform') = {service:String}
    )
SELECT account_key, uniqExact(intDiv(toUnixTimestamp64Micro(published_at) + 999999, 1000000)) AS updates
FROM posts
WHERE recorded_at <= known_at
  AND account_key IN (SELECT account_key FROM service_accounts)
  AND published_at <= check_point
  AND published_at > fromUnixTimestamp64Micro({t:Int64} - {service_us:Int64}, 'UTC')
  AND (account_key, event_id) NOT IN
  (
      SELECT account_key, post_id FROM post_voids WHERE recorded_at <= known_at AND void_from < check_point
  )
GROUP BY account_key
