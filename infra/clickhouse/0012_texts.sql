-- What people type lies in the text store; facts hold references to it (ADR 16). State secrets are a separate case, old findings too.

DROP VIEW IF EXISTS findings;
CREATE VIEW findings
(
    finding_id UUID COMMENT 'id of finding.recorded',
    account_id String COMMENT 'platform:native-id',
    rule String COMMENT 'code of the rule, or separate-case',
    severity LowCardinality(String) COMMENT 'red or yellow',
    count UInt64 COMMENT 'how many times',
    found_at DateTime64(6, 'UTC') COMMENT 'when it was found',
    finder String COMMENT 'reference to the text that says who found it; facts of before hold the text',
    note String COMMENT 'reference to the text that says what was found; facts of before hold the text',
    recorded_at DateTime64(6, 'UTC') COMMENT 'when the log took it',
    withdrawn Bool COMMENT 'it was a false alarm and counts in no score of those who know this',
    rectified Bool COMMENT 'the owner mended it; this gives no points back'
) AS
SELECT id AS finding_id, subject AS account_id,
       if(JSONExtractString(data, 'rule') = 'red-2-secrets', 'separate-case', JSONExtractString(data, 'rule')) AS rule,
       JSONExtractString(data, 'severity') AS severity,
       if(JSONHas(data, 'count'), JSONExtractUInt(data, 'count'), 1) AS count, time AS found_at,
       if(rule = 'separate-case', '', JSONExtractString(data, 'finder')) AS finder,
       if(rule = 'separate-case', '', JSONExtractString(data, 'note')) AS note, recorded_at,
       toString(id) IN (SELECT JSONExtractString(data, 'corrects') FROM occasional_records
           WHERE topic = 'facts' AND type = 'finding.withdrawn') AS withdrawn,
       toString(id) IN (SELECT JSONExtractString(data, 'finding_id') FROM occasional_records
           WHERE topic = 'facts' AND type = 'finding.rectified') AS rectified
FROM occasional_records
WHERE topic = 'facts' AND type = 'finding.recorded'
COMMENT 'What did people find, and does it still count?';
