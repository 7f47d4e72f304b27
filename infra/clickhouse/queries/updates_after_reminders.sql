-- How often did an account post soon after it was reminded, in a period, as known at K? Only accounts that were reminded.
WITH
    withdrawn AS
    (
        SELECT JSONExtractString(data, 'corrects') AS alert FROM occasional_records WHERE type = 'alert.withdrawn'
    ),
    reminded AS
    (
        SELECT subject, groupArray(time) AS moments
        FROM
        (
            SELECT id, subject, time FROM occasional_records
            WHERE type = 'alert.raised' AND NOT JSONExtractBool(data, 'replay')
              AND time > fromUnixTimestamp64Micro({since:Int64}, 'UTC')
              AND time <= fromUnixTimestamp64Micro({t:Int64}, 'UTC')
              AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
            ORDER BY partition, offset LIMIT 1 BY id
        )
        WHERE toString(id) NOT IN (SELECT alert FROM withdrawn)
        GROUP BY subject
    )
SELECT r.subject AS account_id, length(any(r.moments)) AS reminders, uniqExactIf(p.published_at, p.account_id != '') AS updates,
       uniqExactIf(p.published_at, p.account_id != '' AND arrayExists(
           m -> p.published_at > m AND p.published_at <= addHours(m, {hours:Int64}), r.moments)) AS soon_after
FROM reminded AS r
LEFT JOIN
(
    SELECT account_id, published_at FROM live_posts
    WHERE published_at > fromUnixTimestamp64Micro({since:Int64}, 'UTC')
      AND published_at <= fromUnixTimestamp64Micro({t:Int64}, 'UTC')
      AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
      AND account_key IN (SELECT cityHash64(subject) FROM reminded)
) AS p ON p.account_id = r.subject
GROUP BY account_id
