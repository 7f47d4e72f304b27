-- Bulletins of before version 4 did not note the last day that their ruleset sets. Where the ruleset is a released one it
-- follows from it and from the day of the bulletin; what an office's own ruleset said then stands nowhere.
DROP VIEW IF EXISTS bi_tasks;
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
    due Nullable(Date) COMMENT 'last day that bulletin, order or recheck names, else that of the ruleset; NULL: there is none, or nobody noted it: a bulletin of before version 4 by an own ruleset',
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
    released AS
    (
        SELECT 'jiangsu-kunshan-2019-162@1' AS ruleset, 10 AS natural_days
    ),
    ruled AS
    (
        SELECT r.run_id AS run_id, any(l.natural_days) AS natural_days
        FROM (SELECT run_id, ruleset FROM runs) AS r
        INNER JOIN released AS l ON l.ruleset = r.ruleset
        GROUP BY r.run_id
    ),
    said_of_issue AS
    (
        SELECT subject, id AS issue_id, toUUIDOrZero(JSONExtractString(data, 'run_id')) AS run_id,
               JSONExtractString(data, 'number') AS number, toDate(JSONExtractString(data, 'issued_on')) AS issued_on,
               coalesce(toDateOrNull(JSONExtractString(data, 'report_deadline')),
                        toDateOrNull(JSONExtractString(data, 'ruled_deadline'))) AS noted
        FROM occasional_records WHERE topic = 'facts' AND type = 'bulletin.issued'
        ORDER BY recorded_at, partition, offset
        LIMIT 1 BY subject
    ),
    issued AS
    (
        SELECT i.subject AS subject, i.issue_id AS issue_id, i.run_id AS run_id, i.number AS number, i.issued_on AS issued_on,
               coalesce(i.noted, i.issued_on + toIntervalDay(nullIf(l.natural_days, 0))) AS deadline
        FROM said_of_issue AS i
        LEFT JOIN ruled AS l ON l.run_id = i.run_id
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
