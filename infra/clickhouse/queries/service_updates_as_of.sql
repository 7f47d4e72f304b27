-- Updates in the days before the check point, as known at K, of accounts that ever stood in the registry as service
-- accounts: minutes with a live post, and days that no other live post stands on than one at the last second of the
-- Chinese day, which is how a day without a time of day stands. `projections/updates.py` counts alike.
-- Only rows of service accounts are read on, and a void is found as in posts_as_of.sql.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS check_point,
    service_accounts AS
    (
        SELECT DISTINCT cityHash64(subject) AS account_key FROM occasional_records
        WHERE type IN ('account.opened', 'account.changed')
          AND JSONExtractString(data, 'platform') = {service:String}
    )
SELECT
    account_key,
    uniqExactIf(intDiv(second, 60), NOT day_alone) + uniqExact(day) - uniqExactIf(day, NOT day_alone) AS updates
FROM
(
    SELECT
        account_key,
        intDiv(toUnixTimestamp64Micro(published_at) + 999999, 1000000) AS second,
        intDiv(second + 28800, 86400) AS day,
        (second + 28800) % 86400 = 86399 AS day_alone
    FROM posts
    PREWHERE account_key IN (SELECT account_key FROM service_accounts)
    WHERE recorded_at <= known_at
      AND published_at <= check_point
      AND published_at > fromUnixTimestamp64Micro({t:Int64} - {service_us:Int64}, 'UTC')
      AND bitXor(toUInt128(account_key), reinterpretAsUInt128(event_id)) NOT IN
      (
          SELECT bitXor(toUInt128(account_key), reinterpretAsUInt128(post_id)) FROM post_voids
          WHERE account_key IN (SELECT account_key FROM service_accounts)
            AND recorded_at <= known_at AND void_from < check_point
      )
)
GROUP BY account_key
