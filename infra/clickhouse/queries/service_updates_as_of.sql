-- Updates in the days before the check point, as known at K, of accounts that ever stood in the registry as service
-- accounts, or of a class that counts updates: minutes with a live post, and days of which a post is known by its day alone and no other.
-- `projections/updates.py` counts alike. `subjects` empty means all accounts. Only rows of service accounts are read on, and a void is found as in
-- posts_as_of.sql.
WITH
    fromUnixTimestamp64Micro({k:Int64}, 'UTC') AS known_at,
    fromUnixTimestamp64Micro({t:Int64}, 'UTC') AS check_point,
    service_accounts AS
    (
        SELECT DISTINCT cityHash64(subject) AS account_key FROM occasional_records
        WHERE type IN ('account.opened', 'account.changed', 'account.corrected', 'account.classed')
          AND (empty({subjects:Array(String)}) OR subject IN {subjects:Array(String)})
          AND (JSONExtractString(data, 'platform') = {service:String}
              OR JSONExtractString(data, 'account_class') IN {classes:Array(String)})
    )
SELECT
    account_key,
    uniqExactIf(intDiv(second, 60), NOT date_only) + uniqExact(day) - uniqExactIf(day, NOT date_only) AS updates
FROM
(
    SELECT
        account_key,
        date_only,
        intDiv(toUnixTimestamp64Micro(published_at) + 999999, 1000000) AS second,
        intDiv(if(date_only, toUnixTimestamp64Micro(published_at) - 1, second * 1000000 - 1000000) + 28800000000, 86400000000) AS day
    FROM posts
    PREWHERE account_key IN (SELECT account_key FROM service_accounts)
    WHERE recorded_at <= known_at
      AND if(date_only, day * 86400000000 - 28800000000 < {t:Int64} AND (day + 1) * 86400000000 - 28800000000
              > {t:Int64} - {service_us:Int64},
          published_at <= check_point AND published_at > fromUnixTimestamp64Micro({t:Int64} - {service_us:Int64}, 'UTC'))
      AND bitXor(toUInt128(account_key), reinterpretAsUInt128(event_id)) NOT IN
      (
          SELECT bitXor(toUInt128(account_key), reinterpretAsUInt128(post_id)) FROM post_voids
          WHERE account_key IN (SELECT account_key FROM service_accounts)
            AND recorded_at <= known_at AND void_from < check_point
      )
)
GROUP BY account_key
