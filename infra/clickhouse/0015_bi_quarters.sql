-- Quarters for BI tools, as docs/figures.md defines them: results are those of the last frozen round of the whole city, by its
-- newest run; who is on the focus list follows from its facts. Views like those before: an area, no text of people.
CREATE VIEW bi_quarters
(
    quarter LowCardinality(String) COMMENT 'quarter that was checked, 2023Q1',
    check_point DateTime64(6, 'UTC') COMMENT 'check point of the last frozen round of the city',
    area LowCardinality(String) COMMENT 'area at the check point',
    tier LowCardinality(String) COMMENT 'tier of the owner',
    platform LowCardinality(String) COMMENT 'platform at the check point',
    checked UInt64 COMMENT 'accounts that were checked',
    passed UInt64 COMMENT 'accounts that passed',
    failed UInt64 COMMENT 'accounts that failed',
    unknown UInt64 COMMENT 'accounts that nobody can judge',
    silent UInt64 COMMENT 'accounts over the limit, by proof',
    slow UInt64 COMMENT 'accounts within the limit and silent for seven whole days or more',
    longest_silence Nullable(Int32) COMMENT 'whole days, the longest'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    announced AS
    (
        SELECT subject, argMax(JSONExtractString(data, 'quarter'), recorded_at) AS quarter
        FROM occasional_records WHERE topic = 'facts' AND type = 'round.announced'
        GROUP BY subject HAVING argMax(JSONExtractString(data, 'area'), recorded_at) = ''
    ),
    newest AS
    (
        SELECT subject, argMax(toUUIDOrZero(JSONExtractString(data, 'run_id')), (recorded_at, offset)) AS run_id
        FROM occasional_records WHERE topic = 'facts' AND type IN ('round.frozen', 'round.revised')
        GROUP BY subject
    ),
    last AS
    (
        SELECT a.quarter AS quarter, argMax(n.run_id, r.check_point) AS run_id
        FROM newest AS n
        INNER JOIN announced AS a ON a.subject = n.subject
        INNER JOIN rounds AS r ON r.run_id = n.run_id
        GROUP BY a.quarter
    )
SELECT v.quarter AS quarter, any(v.check_point) AS check_point, v.area AS area, v.tier AS tier, v.platform AS platform,
       count() AS checked, countIf(v.verdict = 'pass') AS passed, countIf(v.verdict = 'fail') AS failed,
       countIf(v.verdict = 'unknown') AS unknown, countIf(v.freshness = 'stale') AS silent,
       countIf(v.freshness = 'fresh' AND v.whole_days_silent >= 7) AS slow, max(v.whole_days_silent) AS longest_silence
FROM verdicts AS v
WHERE v.run_id IN (SELECT run_id FROM last)
GROUP BY v.quarter, v.area, v.tier, v.platform
COMMENT 'How did accounts fare quarter by quarter, by area, tier and platform? Sums over the parts are the city.';
