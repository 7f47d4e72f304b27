-- The office's year for BI tools: what units have to put right, who stands on the focus list, and how many accounts there
-- are from month to month, as docs/figures.md defines them. Views like those before: an area, no text of people.
CREATE VIEW bi_tasks
(
    task_id UUID COMMENT 'id of the task, as lists of rectification have it',
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name',
    platform String COMMENT 'platform, as in the registry',
    owner String COMMENT 'owner unit',
    area String COMMENT 'area, as in the registry',
    rule String COMMENT 'code of the rule',
    count UInt64 COMMENT 'how many times',
    basis String COMMENT 'number of the bulletin; empty: an order of the office',
    begun_on Date COMMENT 'day of the bulletin, or of the order, in Chinese time',
    due Nullable(Date) COMMENT 'last day that bulletin, order or recheck names; NULL: it names none, and the ruleset may set one',
    answered_at Nullable(DateTime64(6, 'UTC')) COMMENT 'first answer since it waits; NULL: it waits',
    closed_at Nullable(DateTime64(6, 'UTC')) COMMENT 'the recheck that found it put right; NULL: none did',
    reopened UInt64 COMMENT 'rechecks that found it not put right'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    withdrawn AS
    (
        SELECT toUUIDOrZero(JSONExtractString(data, 'corrects')) AS id FROM occasional_records
        WHERE topic = 'facts' AND (type = 'finding.withdrawn' OR (type = 'fact.withdrawn'
            AND JSONExtractString(data, 'of_type') LIKE 'rectification.%'))
    ),
    issued AS
    (
        SELECT subject, id AS issue_id, toUUIDOrZero(JSONExtractString(data, 'run_id')) AS run_id,
               JSONExtractString(data, 'number') AS number, toDate(JSONExtractString(data, 'issued_on')) AS issued_on,
               toDateOrNull(JSONExtractString(data, 'report_deadline')) AS deadline
        FROM occasional_records WHERE topic = 'facts' AND type = 'bulletin.issued'
        ORDER BY recorded_at, partition, offset
        LIMIT 1 BY subject
    ),
    newest AS
    (
        SELECT subject, argMax(toUUIDOrZero(JSONExtractString(data, 'run_id')), (recorded_at, offset)) AS run_id
        FROM occasional_records WHERE topic = 'facts' AND type IN ('round.frozen', 'round.revised')
        GROUP BY subject
    ),
    charges AS
    (
        SELECT run_id, account_id, JSONExtractString(charge, 'rule') AS rule, JSONExtractUInt(charge, 'count') AS count,
               JSONExtract(charge, 'evidence', 'Array(String)') AS evidence
        FROM (SELECT DISTINCT run_id, account_id, row FROM verdict_rows)
        ARRAY JOIN JSONExtractArrayRaw(row, 'deductions') AS charge
    ),
    asked AS
    (
        SELECT lower(hex(SHA1(concat(unhex('5f0c8a523d0b5c7e9a437b1f6c1e2d90'), 'derived', char(31), 'task', char(31),
                   toString(i.issue_id), char(31), c.account_id, char(31), c.rule)))) AS digest,
               c.account_id AS account_id, c.rule AS rule, c.count AS count, i.number AS basis, i.issued_on AS begun_on,
               i.deadline AS due, c.evidence AS evidence
        FROM issued AS i
        INNER JOIN charges AS c ON c.run_id = i.run_id
        WHERE (i.subject, c.account_id, c.rule) IN
            (SELECT n.subject, h.account_id, h.rule FROM newest AS n INNER JOIN charges AS h ON h.run_id = n.run_id)
        UNION ALL
        SELECT lower(hex(SHA1(concat(unhex('5f0c8a523d0b5c7e9a437b1f6c1e2d90'), 'derived', char(31), 'task', char(31),
                   toString(o.id), char(31), o.subject, char(31), JSONExtractString(f.data, 'rule'))))) AS digest,
               o.subject AS account_id, JSONExtractString(f.data, 'rule') AS rule,
               if(JSONHas(f.data, 'count'), JSONExtractUInt(f.data, 'count'), 1) AS count, '' AS basis,
               toDate(o.time, 'Asia/Shanghai') AS begun_on, toDateOrNull(JSONExtractString(o.data, 'due')) AS due,
               [toString(f.id)] AS evidence
        FROM (SELECT * FROM occasional_records WHERE topic = 'facts' AND type = 'rectification.ordered'
                  AND id NOT IN (SELECT id FROM withdrawn) LIMIT 1 BY id) AS o
        INNER JOIN (SELECT * FROM occasional_records WHERE topic = 'facts' AND type = 'finding.recorded' LIMIT 1 BY id) AS f
            ON f.id = toUUIDOrZero(JSONExtractString(o.data, 'finding_id'))
    ),
    tasks AS
    (
        SELECT *, toUUID(concat(substring(digest, 1, 8), '-', substring(digest, 9, 4), '-5', substring(digest, 14, 3), '-',
                   lower(hex(bitOr(bitAnd(reinterpretAsUInt8(unhex(substring(digest, 17, 2))), 63), 128))),
                   substring(digest, 19, 2), '-', substring(digest, 21, 12))) AS task_id
        FROM asked
        WHERE empty(evidence) OR NOT hasAll((SELECT groupArray(toString(id)) FROM withdrawn), evidence)
    ),
    said AS
    (
        SELECT toUUIDOrZero(task) AS task_id, type, time, JSONExtractBool(data, 'held') AS held,
               toDateOrNull(JSONExtractString(data, 'due')) AS due
        FROM (SELECT * FROM occasional_records WHERE topic = 'facts'
                  AND type IN ('rectification.answered', 'rectification.rechecked')
                  AND id NOT IN (SELECT id FROM withdrawn) LIMIT 1 BY id)
        ARRAY JOIN JSONExtract(data, 'tasks', 'Array(String)') AS task
    ),
    rechecked AS
    (
        SELECT task_id, argMax(held, time) AS is_held, max(time) AS at, countIf(NOT held) AS reopened,
               maxIf(time, NOT held) AS sent_back_at, argMaxIf(due, time, NOT held) AS due
        FROM said WHERE type = 'rectification.rechecked'
        GROUP BY task_id
    ),
    answered AS
    (
        SELECT s.task_id AS task_id, min(s.time) AS at
        FROM said AS s
        LEFT JOIN rechecked AS r ON r.task_id = s.task_id
        WHERE s.type = 'rectification.answered' AND s.time > r.sent_back_at
        GROUP BY s.task_id
    )
SELECT t.task_id AS task_id, t.account_id AS account_id, a.name AS name, a.platform AS platform, a.owner AS owner,
       a.area AS area, t.rule AS rule, t.count AS count, t.basis AS basis, t.begun_on AS begun_on,
       if(r.reopened > 0, r.due, t.due) AS due, nullIf(w.at, toDateTime64(0, 6, 'UTC')) AS answered_at,
       if(r.is_held, nullIf(r.at, toDateTime64(0, 6, 'UTC')), NULL) AS closed_at, r.reopened AS reopened
FROM tasks AS t
INNER JOIN accounts AS a ON a.account_id = t.account_id
LEFT JOIN rechecked AS r ON r.task_id = t.task_id
LEFT JOIN answered AS w ON w.task_id = t.task_id
WHERE t.rule NOT IN ('red-2-secrets', 'red-3-harmful-content')
COMMENT 'What do units have to put right, until when, and did they answer? Separate cases (另案处理) are not here.';

CREATE VIEW bi_focus
(
    account_id String COMMENT 'platform:native-id',
    name String COMMENT 'name',
    platform String COMMENT 'platform, as in the registry',
    owner String COMMENT 'owner unit',
    area String COMMENT 'area, as in the registry',
    entered_at DateTime64(6, 'UTC') COMMENT 'when the stay on the list began',
    left_at Nullable(DateTime64(6, 'UTC')) COMMENT 'when it ended (销号); NULL: it lasts',
    causes UInt64 COMMENT 'entries of the stay: one a cause',
    first_cause LowCardinality(String) COMMENT 'finding, flag or verdict: what it began with'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    withdrawn AS
    (
        SELECT toUUIDOrZero(JSONExtractString(data, 'corrects')) AS id FROM occasional_records
        WHERE topic = 'facts' AND (type = 'finding.withdrawn' OR (type = 'fact.withdrawn'
            AND JSONExtractString(data, 'of_type') LIKE 'focus.%'))
    ),
    turns AS
    (
        SELECT subject, type, time, JSONExtractString(data, 'cause') AS cause,
               toUUIDOrZero(JSONExtractString(data, 'cause_id')) AS cause_id
        FROM occasional_records
        WHERE topic = 'facts' AND type IN ('focus.entered', 'focus.left') AND id NOT IN (SELECT id FROM withdrawn)
        LIMIT 1 BY id
    ),
    stays AS
    (
        SELECT e.subject AS subject, e.time AS entered_at, e.cause AS cause,
               nullIf(l.time, toDateTime64(0, 6, 'UTC')) AS left_at
        FROM (SELECT * FROM turns WHERE type = 'focus.entered' AND cause_id NOT IN (SELECT id FROM withdrawn)) AS e
        ASOF LEFT JOIN (SELECT subject, time FROM turns WHERE type = 'focus.left') AS l
            ON l.subject = e.subject AND e.time < l.time
    )
SELECT s.subject AS account_id, any(a.name) AS name, any(a.platform) AS platform, any(a.owner) AS owner, any(a.area) AS area,
       min(s.entered_at) AS entered_at, s.left_at AS left_at, count() AS causes, argMin(s.cause, s.entered_at) AS first_cause
FROM stays AS s
INNER JOIN accounts AS a ON a.account_id = s.subject
GROUP BY s.subject, s.left_at
COMMENT 'Who is on the focus list (重点关注), since when, and who left it? A row is a stay.';

CREATE VIEW bi_account_months
(
    month Date COMMENT 'first day of the month in Chinese time',
    area String COMMENT 'area, as in the registry now',
    tier String COMMENT 'tier of the owner',
    platform String COMMENT 'platform, as in the registry',
    accounts UInt64 COMMENT 'open at the end of the month; of the last one, at the newest record',
    opened UInt64 COMMENT 'openings with a date that lies in the month',
    closed UInt64 COMMENT 'closings in the month; those of accounts that were opened again are not here'
) DEFINER = CURRENT_USER SQL SECURITY DEFINER AS
WITH
    (SELECT max(recorded_at) FROM records) AS known_at,
    spans AS
    (
        SELECT area, tier, platform, opened_at, closed_at, recorded_at FROM accounts
    ),
    months AS
    (
        SELECT toDateTime64(start, 6, 'Asia/Shanghai') AS begins_at, addMonths(begins_at, 1) AS next_at, toDate(start) AS month
        FROM
        (
            SELECT arrayJoin(arrayMap(n -> addMonths(first, n), range(toUInt64(greatest(dateDiff('month', first,
                       toStartOfMonth(toTimeZone(known_at, 'Asia/Shanghai'))), 0) + 1)))) AS start
            FROM
            (
                SELECT toStartOfMonth(toTimeZone(min(coalesce(opened_at, closed_at, recorded_at)), 'Asia/Shanghai')) AS first
                FROM spans
                HAVING count() > 0
            )
        )
    )
SELECT m.month AS month, s.area AS area, s.tier AS tier, s.platform AS platform,
       countIf((s.opened_at IS NULL OR s.opened_at <= least(m.next_at, known_at))
           AND (s.closed_at IS NULL OR s.closed_at > least(m.next_at, known_at))) AS accounts,
       countIf(s.opened_at > m.begins_at AND s.opened_at <= m.next_at) AS opened,
       countIf(s.closed_at > m.begins_at AND s.closed_at <= m.next_at) AS closed
FROM spans AS s
CROSS JOIN months AS m
GROUP BY m.month, s.area, s.tier, s.platform
COMMENT 'How many accounts are there from month to month, by area, tier and platform? Fewer is the policy.';
