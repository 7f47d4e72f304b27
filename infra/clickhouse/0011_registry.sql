-- Facts may be withdrawn, and statements about an account corrected. A correction stands in the place of the statement
-- that it corrects; among those of one statement the last in the log wins. `events/known.py` reads them alike.
DROP VIEW IF EXISTS accounts;
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
    type = 'account.opened' AS opened,
    field -> (opened AND NOT corrects) OR JSONType(data, field) = 'String' AS tells,
    withdrawals AS
    (
        SELECT subject, JSONExtractString(data, 'of_type') AS of_type,
               toUUIDOrZero(JSONExtractString(data, 'corrects')) AS id, recorded_at, (recorded_at, offset) AS place
        FROM occasional_records
        WHERE topic = 'facts' AND type = 'fact.withdrawn' AND of_type LIKE 'account.%'
    ),
    facts AS
    (
        SELECT subject, type, id, time, recorded_at, (recorded_at, offset) AS place, data
        FROM occasional_records
        WHERE topic = 'facts'
          AND type IN ('account.opened', 'account.changed', 'account.closed', 'account.corrected')
          AND (subject, type, id) NOT IN (SELECT subject, of_type, id FROM withdrawals)
    ),
    told AS
    (
        SELECT subject, type, time, recorded_at, (place, place) AS at, data, false AS corrects
        FROM facts
        WHERE type != 'account.corrected'
        UNION ALL
        SELECT c.subject, s.type, s.time, c.recorded_at, (s.place, c.place), c.data, true
        FROM (SELECT * FROM facts WHERE type = 'account.corrected') AS c
        INNER JOIN (SELECT * FROM facts WHERE type IN ('account.opened', 'account.changed')) AS s
            ON s.subject = c.subject AND s.id = toUUIDOrZero(JSONExtractString(c.data, 'corrects'))
        UNION ALL
        SELECT subject, 'fact.withdrawn', recorded_at, recorded_at, (place, place), '{}', true
        FROM withdrawals
    ),
    openings AS
    (
        SELECT *, parseDateTime64BestEffortOrNull(upper(JSONExtractString(data, 'opened_at')), 6, 'UTC') AS opening
        FROM told
    ),
    latest AS
    (
        SELECT
            subject,
            argMaxIf(JSONExtractString(data, 'given_id'), at, opened AND tells('given_id')) AS given_id,
            argMaxIf(JSONExtractString(data, 'name'), at, tells('name')) AS name,
            argMaxIf(JSONExtractString(data, 'platform'), at, tells('platform')) AS platform,
            argMaxIf(JSONExtractString(data, 'owner'), at, tells('owner')) AS owner,
            argMaxIf(JSONExtractString(data, 'tier'), at, tells('tier')) AS tier,
            argMaxIf(JSONExtractString(data, 'area'), at, tells('area')) AS area,
            argMaxIf(opening, at, opened AND opening IS NOT NULL) AS opened_at,
            maxOrNullIf(time, type = 'account.closed') AS closing,
            max(recorded_at) AS recorded_at
        FROM openings
        GROUP BY subject
        HAVING countIf(opened AND NOT corrects) > 0
    )
SELECT subject AS account_id, given_id, name, platform, owner, tier, area, opened_at,
       if(opened_at > closing, NULL, closing) AS closed_at, recorded_at
FROM latest
COMMENT 'Which accounts does the registry know now?';
