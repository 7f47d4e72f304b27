-- Views for people and BI tools. They hold what is known now, the first record of each id, and verdicts only of
-- stored rounds; docs/history.md tells how to ask.
CREATE VIEW accounts
(
    account_id String COMMENT 'platform:native-id',
    given_id String COMMENT 'the id as its sheet wrote it',
    name String COMMENT 'name',
    platform String COMMENT 'platform, as in the registry',
    owner String COMMENT 'owner unit',
    tier String COMMENT 'tier of the owner',
    area String COMMENT 'area',
    opened_at Nullable(DateTime64(6, 'UTC')) COMMENT 'opening; NULL: open since before the records',
    closed_at Nullable(DateTime64(6, 'UTC')) COMMENT 'closing; NULL while open, and after an opening again',
    recorded_at DateTime64(6, 'UTC') COMMENT 'newest record about it'
) AS
WITH
    field -> opened OR (type = 'account.changed' AND JSONType(data, field) = 'String') AS tells,
    told AS
    (
        SELECT subject, type, time, recorded_at, (recorded_at, offset) AS place, data,
               type = 'account.opened' AS opened,
               parseDateTime64BestEffortOrNull(upper(JSONExtractString(data, 'opened_at')), 6, 'UTC') AS opening
        FROM occasional_records
        WHERE topic = 'facts' AND type IN ('account.opened', 'account.changed', 'account.closed')
    ),
    latest AS
    (
        SELECT
            subject,
            argMaxIf(JSONExtractString(data, 'given_id'), place, opened) AS given_id,
            argMaxIf(JSONExtractString(data, 'name'), place, tells('name')) AS name,
            argMaxIf(JSONExtractString(data, 'platform'), place, tells('platform')) AS platform,
            argMaxIf(JSONExtractString(data, 'owner'), place, tells('owner')) AS owner,
            argMaxIf(JSONExtractString(data, 'tier'), place, tells('tier')) AS tier,
            argMaxIf(JSONExtractString(data, 'area'), place, tells('area')) AS area,
            argMaxIf(opening, place, opened AND opening IS NOT NULL) AS opened_at,
            maxOrNullIf(time, type = 'account.closed') AS closing,
            max(recorded_at) AS recorded_at
        FROM told
        GROUP BY subject
        HAVING countIf(opened) > 0
    )
SELECT subject AS account_id, given_id, name, platform, owner, tier, area, opened_at,
       if(opened_at > closing, NULL, closing) AS closed_at, recorded_at
FROM latest
COMMENT 'Which accounts does the registry know now?';

CREATE VIEW live_posts
(
    account_key UInt64 COMMENT 'cityHash64(account_id); a filter on it reads that account alone',
    account_id String COMMENT 'platform:native-id',
    post_id UUID COMMENT 'id of post.published',
    published_at DateTime64(6, 'UTC') COMMENT 'when it was published',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it'
) AS
SELECT account_key, account_id, event_id AS post_id, published_at, recorded_at
FROM posts
WHERE (account_key, event_id) NOT IN (SELECT account_key, post_id FROM post_voids)
COMMENT 'Which posts are live, as known now: neither deleted nor withdrawn?';

CREATE VIEW weekly_updates
(
    account_key UInt64 COMMENT 'cityHash64(account_id); a filter on it reads that account alone',
    account_id String COMMENT 'platform:native-id',
    week Date COMMENT 'Monday of the week in Chinese time',
    posts UInt64 COMMENT 'live posts',
    updates UInt64 COMMENT 'live posts at different seconds: items sent at one time are one update'
) AS
SELECT account_key, any(p.account_id) AS account_id, toMonday(published_at, 'Asia/Shanghai') AS week,
       count() AS posts, uniqExact(intDiv(toUnixTimestamp64Micro(published_at) + 999999, 1000000)) AS updates
FROM posts AS p
WHERE (account_key, event_id) NOT IN (SELECT account_key, post_id FROM post_voids)
GROUP BY account_key, week
COMMENT 'How often does an account post, week by week? Weeks without a post have no row.';

CREATE VIEW daily_looks
(
    day Date COMMENT 'day in Chinese time',
    source LowCardinality(String) COMMENT 'who looked',
    looks UInt64 COMMENT 'looks, failed ones too',
    accounts UInt64 COMMENT 'accounts looked at',
    failed UInt64 COMMENT 'looks that failed',
    damaged UInt64 COMMENT 'of these, looks at a damaged feed',
    proving UInt64 COMMENT 'looks that can prove silence'
) AS
SELECT toDate(looked_at, 'Asia/Shanghai') AS day, source, count() AS looks, uniqExact(account_key) AS accounts,
       countIf(failed != '') AS failed, countIf(looks.failed = 'damaged_feed') AS damaged,
       countIf(proves_silence) AS proving
FROM looks
GROUP BY day, source
COMMENT 'How many looks did each source take each day, and how many failed?';

CREATE VIEW alert_history
(
    alert_id UUID COMMENT 'id of the alert; the same silence and level have the same',
    type LowCardinality(String) COMMENT 'alert.raised, alert.skipped, alert.cleared, source.stalled or source.recovered',
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
          AND type IN ('alert.raised', 'alert.skipped', 'alert.cleared', 'source.stalled', 'source.recovered')
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

CREATE VIEW findings
(
    finding_id UUID COMMENT 'id of finding.recorded',
    account_id String COMMENT 'platform:native-id',
    rule String COMMENT 'code of the rule',
    severity LowCardinality(String) COMMENT 'red or yellow',
    count UInt64 COMMENT 'how many times',
    found_at DateTime64(6, 'UTC') COMMENT 'when it was found',
    finder String COMMENT 'who found it',
    note String COMMENT 'what was found',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    withdrawn Bool COMMENT 'it was a false alarm and counts in no score of those who know this',
    rectified Bool COMMENT 'the owner mended it; this gives no points back'
) AS
SELECT id AS finding_id, subject AS account_id, JSONExtractString(data, 'rule') AS rule,
       JSONExtractString(data, 'severity') AS severity,
       if(JSONHas(data, 'count'), JSONExtractUInt(data, 'count'), 1) AS count, time AS found_at,
       JSONExtractString(data, 'finder') AS finder, JSONExtractString(data, 'note') AS note, recorded_at,
       toString(id) IN (SELECT JSONExtractString(data, 'corrects') FROM occasional_records
           WHERE topic = 'facts' AND type = 'finding.withdrawn') AS withdrawn,
       toString(id) IN (SELECT JSONExtractString(data, 'finding_id') FROM occasional_records
           WHERE topic = 'facts' AND type = 'finding.rectified') AS rectified
FROM occasional_records
WHERE topic = 'facts' AND type = 'finding.recorded'
COMMENT 'What did people find, and does it still count?';

CREATE VIEW rounds
(
    run_id UUID COMMENT 'id of the run',
    scored_at DateTime64(6, 'UTC') COMMENT 'wall clock of the scoring',
    check_point DateTime64(6, 'UTC') COMMENT 'the moment that is judged',
    known_at DateTime64(6, 'UTC') COMMENT 'the closed moment of knowledge',
    quarter LowCardinality(String) COMMENT 'period of findings and weeks',
    ruleset LowCardinality(String) COMMENT 'name@version',
    checked UInt32 COMMENT 'accounts of the population',
    passed UInt32 COMMENT 'accounts that passed',
    failed UInt32 COMMENT 'accounts that failed',
    unknown UInt32 COMMENT 'accounts that nobody can judge',
    digest String COMMENT 'SHA-256 over the rows',
    manifest_hash String COMMENT 'SHA-256 over the manifest'
) AS
SELECT run_id, scored_at, check_point, known_at, quarter, ruleset, checked, passed, failed, unknown, digest, manifest_hash
FROM runs
ORDER BY scored_at
LIMIT 1 BY run_id
COMMENT 'Which rounds were scored, and how did they end?';

CREATE VIEW verdicts
(
    run_id UUID COMMENT 'id of the run',
    check_point DateTime64(6, 'UTC') COMMENT 'the moment that is judged',
    known_at DateTime64(6, 'UTC') COMMENT 'the closed moment of knowledge',
    quarter LowCardinality(String) COMMENT 'period of findings and weeks',
    ruleset LowCardinality(String) COMMENT 'name@version',
    account_id String COMMENT 'platform:native-id',
    given_id String COMMENT 'the id as its sheet wrote it',
    name String COMMENT 'name at the check point',
    platform LowCardinality(String) COMMENT 'platform at the check point',
    owner String COMMENT 'owner unit at the check point',
    tier LowCardinality(String) COMMENT 'tier of the owner',
    area LowCardinality(String) COMMENT 'area',
    verdict LowCardinality(String) COMMENT 'pass, fail or unknown',
    reason LowCardinality(String) COMMENT 'red line, below_pass_mark, why unknown, or empty',
    freshness LowCardinality(String) COMMENT 'fresh, stale or unknown',
    newest_post_at Nullable(DateTime64(6, 'UTC')) COMMENT 'newest live post',
    whole_days_silent Nullable(Int32) COMMENT 'whole days between newest post and check point',
    points Nullable(Int32) COMMENT 'points, NULL where not scored'
) AS
SELECT run_id, r.check_point AS check_point, r.known_at AS known_at, r.quarter AS quarter, r.ruleset AS ruleset,
       account_id, given_id, name, platform, owner, tier, area, verdict, reason, freshness, newest_post_at,
       whole_days_silent, points
FROM verdict_rows AS v
INNER JOIN rounds AS r ON r.run_id = v.run_id
LIMIT 1 BY run_id, account_id
COMMENT 'Which account got which verdict in which round, and why?';

CREATE VIEW sweeps
(
    source String COMMENT 'who looked',
    swept_at DateTime64(6, 'UTC') COMMENT 'when the round of looks ended',
    looked UInt64 COMMENT 'accounts looked at',
    failed UInt64 COMMENT 'looks that failed',
    new_posts UInt64 COMMENT 'posts that were new',
    newest_hour Nullable(DateTime('UTC')) COMMENT 'hour of publication of the newest of them',
    lag_s UInt64 COMMENT 'the source may show posts this many seconds late',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it'
) AS
WITH JSONExtract(data, 'new_posts', 'Map(String, UInt64)') AS by_hour
SELECT subject AS source, time AS swept_at, JSONExtractUInt(data, 'looked') AS looked,
       JSONExtractUInt(data, 'failed') AS failed, arraySum(mapValues(by_hour)) AS new_posts,
       if(empty(by_hour), NULL, toDateTime(arrayMax(arrayMap(h -> toInt64OrZero(h), mapKeys(by_hour))) * 3600, 'UTC'))
           AS newest_hour,
       JSONExtractUInt(data, 'lag_s') AS lag_s, recorded_at
FROM occasional_records
WHERE topic = 'facts' AND type = 'sweep.completed'
ORDER BY partition, offset
LIMIT 1 BY id
COMMENT 'When did each source finish a round of looks, and what did it bring?';

-- Which records repeat an id with other content? The first record of the id counts; these are mistakes of a source.
CREATE VIEW conflicts
(
    topic LowCardinality(String) COMMENT 'facts or derived',
    partition UInt16 COMMENT 'partition of the log',
    offset UInt64 COMMENT 'place in the partition',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    id UUID COMMENT 'identity that an earlier record has',
    type LowCardinality(String) COMMENT 'type of the event',
    source LowCardinality(String) COMMENT 'who says so',
    subject String COMMENT 'account id, or id of a source',
    time DateTime64(6, 'UTC') COMMENT 'the time that this record claims',
    first_time DateTime64(6, 'UTC') COMMENT 'the time of the record that counts'
) AS
SELECT r.topic AS topic, r.partition AS partition, r.offset AS offset, r.recorded_at AS recorded_at, r.id AS id,
       r.type AS type, r.source AS source, r.subject AS subject, r.time AS time, f.first.1 AS first_time
FROM records AS r
INNER JOIN
(
    SELECT topic, partition, id, argMin((time, data), (recorded_at, offset)) AS first
    FROM records WHERE id IN (SELECT id FROM records WHERE repeats) GROUP BY topic, partition, id
) AS f ON f.topic = r.topic AND f.partition = r.partition AND f.id = r.id
WHERE r.repeats AND (r.time, r.data) != f.first
COMMENT 'Which records repeat an id with other content?';
