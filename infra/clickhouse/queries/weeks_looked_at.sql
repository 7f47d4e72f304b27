-- In how many weeks of a period was each account looked at, by whoever looks and with success? Weeks count from its beginning.
SELECT account_id, uniqExact(intDiv(toUnixTimestamp64Micro(looked_at) - {since:Int64} - 1, {week:Int64})) AS weeks
FROM looks
WHERE failed = '' AND looked_at > fromUnixTimestamp64Micro({since:Int64}, 'UTC')
  AND looked_at <= fromUnixTimestamp64Micro({t:Int64}, 'UTC')
GROUP BY account_id
