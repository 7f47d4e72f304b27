-- A level that was passed while people had asked for silence is told, too: `alert.held`, and until when.
DROP VIEW IF EXISTS alert_history;
CREATE VIEW alert_history
(
    alert_id UUID COMMENT 'id of the alert; the same silence and level have the same',
    type LowCardinality(String) COMMENT 'alert.raised, alert.skipped, alert.held, alert.cleared, or of a source: stalled, recovered, impaired, restored',
    account_id String COMMENT 'platform:native-id, or id of a source',
    given_id String COMMENT 'the id as its sheet wrote it',
    name String COMMENT 'name when it was raised',
    owner String COMMENT 'owner unit when it was raised',
    level String COMMENT 'step of the ladder',
    at DateTime64(6, 'UTC') COMMENT 'the greater of deadline and the first look that proves it',
    deadline Nullable(DateTime64(6, 'UTC')) COMMENT 'when the step was due',
    silent_since Nullable(DateTime64(6, 'UTC')) COMMENT 'newest post or opening that the silence began with',
    replay Bool COMMENT 'it belongs to recorded polls that were played again',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    delivered_to Array(String) COMMENT 'channels that took the message',
    refused_by Array(String) COMMENT 'channels that refused it for good'
) AS
WITH
    raised AS
    (
        SELECT id, type, subject, time, recorded_at, data FROM occasional_records
        WHERE topic = 'derived'
          AND type IN ('alert.raised', 'alert.skipped', 'alert.cleared', 'source.stalled', 'source.recovered',
              'source.impaired', 'source.restored', 'alert.held')
        ORDER BY partition, offset
        LIMIT 1 BY id
    ),
    told AS
    (
        SELECT JSONExtractString(data, 'message_id') AS message_id,
               arraySort(groupUniqArrayIf(JSONExtractString(data, 'channel'), type = 'alert.delivered')) AS delivered_to,
               arraySort(groupUniqArrayIf(JSONExtractString(data, 'channel'), type = 'alert.delivery_failed')) AS refused_by
        FROM occasional_records
        WHERE topic = 'derived' AND type IN ('alert.delivered', 'alert.delivery_failed')
        GROUP BY message_id
    )
SELECT id AS alert_id, type, subject AS account_id, JSONExtractString(data, 'given_id') AS given_id,
       JSONExtractString(data, 'name') AS name, JSONExtractString(data, 'owner') AS owner,
       JSONExtractString(data, 'level') AS level, time AS at,
       parseDateTime64BestEffortOrNull(JSONExtractString(data, 'deadline'), 6, 'UTC') AS deadline,
       parseDateTime64BestEffortOrNull(JSONExtractString(data, 'anchor_at'), 6, 'UTC') AS silent_since,
       JSONExtractBool(data, 'replay') AS replay, recorded_at, delivered_to, refused_by
FROM raised
LEFT JOIN told ON told.message_id = toString(raised.id)
COMMENT 'Which alerts were raised, and who was told?';

-- What BI tools ask. Each view has an area and no text of people, and runs with the rights of who made it: a user may be
-- given these alone, and of their rows those of one area (`infra/clickhouse/areas`).
CREATE VIEW bi_accounts
(
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name',
    platform String COMMENT 'platform, as in the registry',
    owner String COMMENT 'owner unit',
    tier String COMMENT 'tier of the owner',
    area String COMMENT 'area, as in the registry',
    opened_at Nullable(DateTime64(6, 'UTC')) COMMENT 'opening; NULL: open since before the records',
    closed_at Nullable(DateTime64(6, 'UTC')) COMMENT 'closing; NULL while open',
    newest_post_at Nullable(DateTime64(6, 'UTC')) COMMENT 'newest live post; NULL: none is known'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT a.account_id AS account_id, a.name AS name, a.platform AS platform, a.owner AS owner, a.tier AS tier, a.area AS area,
       a.opened_at AS opened_at, a.closed_at AS closed_at,
       if(p.newest = toDateTime64(0, 6, 'UTC'), NULL, p.newest) AS newest_post_at
FROM accounts AS a
LEFT JOIN (SELECT account_id, max(published_at) AS newest FROM live_posts GROUP BY account_id) AS p ON p.account_id = a.account_id
COMMENT 'Which accounts are there, whose are they, and when did they last post?';

CREATE VIEW bi_weekly_updates
(
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name',
    platform String COMMENT 'platform, as in the registry',
    owner String COMMENT 'owner unit',
    area String COMMENT 'area, as in the registry',
    week Date COMMENT 'Monday of the week in Chinese time',
    posts UInt64 COMMENT 'live posts',
    updates UInt64 COMMENT 'live posts at different seconds: items sent at one time are one update'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT w.account_id AS account_id, a.name AS name, a.platform AS platform, a.owner AS owner, a.area AS area, w.week AS week,
       w.posts AS posts, w.updates AS updates
FROM weekly_updates AS w
INNER JOIN accounts AS a ON a.account_id = w.account_id
COMMENT 'How often does each account post, week by week? Weeks without a post have no row.';

CREATE VIEW bi_alerts
(
    alert_id UUID COMMENT 'id of the alert',
    type LowCardinality(String) COMMENT 'alert.raised, alert.skipped, alert.held or alert.cleared',
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name when it was raised',
    owner String COMMENT 'owner unit when it was raised',
    area String COMMENT 'area, as in the registry now',
    level String COMMENT 'step of the ladder',
    at DateTime64(6, 'UTC') COMMENT 'the greater of deadline and the first look that proves it',
    silent_since Nullable(DateTime64(6, 'UTC')) COMMENT 'newest post or opening that the silence began with',
    delivered Bool COMMENT 'a channel took the message'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT h.alert_id AS alert_id, h.type AS type, h.account_id AS account_id, h.name AS name, h.owner AS owner, a.area AS area,
       h.level AS level, h.at AS at, h.silent_since AS silent_since, notEmpty(h.delivered_to) AS delivered
FROM alert_history AS h
INNER JOIN accounts AS a ON a.account_id = h.account_id
WHERE NOT h.replay
COMMENT 'Which accounts were warned of their silence, at which step, and did the message arrive?';

CREATE VIEW bi_findings
(
    finding_id UUID COMMENT 'id of finding.recorded',
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name',
    owner String COMMENT 'owner unit',
    area String COMMENT 'area, as in the registry',
    rule String COMMENT 'code of the rule',
    severity LowCardinality(String) COMMENT 'red or yellow',
    count UInt64 COMMENT 'how many times',
    found_at DateTime64(6, 'UTC') COMMENT 'when it was found',
    withdrawn Bool COMMENT 'it was a false alarm',
    rectified Bool COMMENT 'the owner mended it'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT f.finding_id AS finding_id, f.account_id AS account_id, a.name AS name, a.owner AS owner, a.area AS area, f.rule AS rule,
       f.severity AS severity, f.count AS count, f.found_at AS found_at, f.withdrawn AS withdrawn, f.rectified AS rectified
FROM findings AS f
INNER JOIN accounts AS a ON a.account_id = f.account_id
WHERE f.rule != 'separate-case'
COMMENT 'What did people find, in which area? Separate cases (另案处理) are not here.';

CREATE VIEW bi_verdicts
(
    run_id UUID COMMENT 'id of the run',
    check_point DateTime64(6, 'UTC') COMMENT 'the moment that is judged',
    quarter LowCardinality(String) COMMENT 'period of findings and weeks',
    ruleset LowCardinality(String) COMMENT 'name@version',
    scored_at DateTime64(6, 'UTC') COMMENT 'wall clock of the scoring',
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name at the check point',
    platform LowCardinality(String) COMMENT 'platform at the check point',
    owner String COMMENT 'owner unit at the check point',
    tier LowCardinality(String) COMMENT 'tier of the owner',
    area LowCardinality(String) COMMENT 'area at the check point',
    verdict LowCardinality(String) COMMENT 'pass, fail or unknown',
    reason LowCardinality(String) COMMENT 'red line, below_pass_mark, why unknown, or empty',
    whole_days_silent Nullable(Int32) COMMENT 'whole days between newest post and check point',
    points Nullable(Int32) COMMENT 'points, NULL where not scored'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT v.run_id AS run_id, v.check_point AS check_point, v.quarter AS quarter, v.ruleset AS ruleset, r.scored_at AS scored_at,
       v.account_id AS account_id, v.name AS name, v.platform AS platform, v.owner AS owner, v.tier AS tier, v.area AS area,
       v.verdict AS verdict, v.reason AS reason, v.whole_days_silent AS whole_days_silent, v.points AS points
FROM verdicts AS v
INNER JOIN rounds AS r ON r.run_id = v.run_id
COMMENT 'Which account got which verdict in which stored round, in which area?';

CREATE VIEW bi_results
(
    run_id UUID COMMENT 'id of the run',
    check_point DateTime64(6, 'UTC') COMMENT 'the moment that is judged',
    quarter LowCardinality(String) COMMENT 'period of findings and weeks',
    ruleset LowCardinality(String) COMMENT 'name@version',
    scored_at DateTime64(6, 'UTC') COMMENT 'wall clock of the scoring',
    area LowCardinality(String) COMMENT 'area at the check point',
    checked UInt64 COMMENT 'accounts of the population',
    passed UInt64 COMMENT 'accounts that passed',
    failed UInt64 COMMENT 'accounts that failed',
    unknown UInt64 COMMENT 'accounts that nobody can judge'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
SELECT v.run_id AS run_id, any(v.check_point) AS check_point, any(v.quarter) AS quarter, any(v.ruleset) AS ruleset,
       any(r.scored_at) AS scored_at, v.area AS area, count() AS checked, countIf(v.verdict = 'pass') AS passed,
       countIf(v.verdict = 'fail') AS failed, countIf(v.verdict = 'unknown') AS unknown
FROM verdicts AS v
INNER JOIN rounds AS r ON r.run_id = v.run_id
GROUP BY v.run_id, v.area
COMMENT 'How did each area fare in each stored round? A round of the city is the sum of its areas.';
