-- Over which stretches are the posts of each account known, as known at K? A feed goes on from the oldest post of its
-- first look, rows handed in end with their span. Few looks say so, and a column of NULL costs nothing.
SELECT account_key,
       groupUniqArray((toUnixTimestamp64Micro(assumeNotNull(coalesce(covers_from, complete_from))),
           if(covers_from IS NULL, toUnixTimestamp64Micro(looked_at), {forever:Int64}))) AS stretches
FROM looks
PREWHERE covers_from IS NOT NULL OR complete_from IS NOT NULL
WHERE proves_silence AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
GROUP BY account_key
