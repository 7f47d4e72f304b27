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
    ),
    dead AS
    (
        SELECT post_id FROM post_voids WHERE recorded_at <= known_at AND void_from < check_point
    ),
    live AS
    (
        SELECT account_key, event_id,
               toUnixTimestamp64Micro(argMin(published_at, offset)) AS published_us
        FROM posts
        WHERE recorded_at <= known_at AND account_key IN (SELECT account_key FROM service_accounts)
        GROUP BY account_key, event_id
        HAVING published_us <= {t:Int64} AND published_us > {t:Int64} - {service_us:Int64}
           AND event_id NOT IN (SELECT post_id FROM dead)
    )
SELECT account_key, uniqExact(intDiv(published_us + 999999, 1000000)) AS updates
FROM live
GROUP BY account_key
