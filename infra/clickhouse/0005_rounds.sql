-- Rows of every scored round: which account got which verdict, and why? Stored rows are the record.
CREATE TABLE verdict_rows
(
    run_id UUID COMMENT 'the run that scored it',
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
    points Nullable(Int32) COMMENT 'points, NULL where not scored',
    row String COMMENT 'the whole verdict row as JSON, with deductions and evidence'
)
ENGINE = MergeTree
ORDER BY (run_id, account_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Rows of every scored round: which account got which verdict, and why?';

-- Scored rounds: a run whose manifest stands here is complete; rows without one are of a run that died.
CREATE TABLE runs
(
    run_id UUID COMMENT 'id of the run',
    scored_at DateTime64(6, 'UTC') COMMENT 'wall clock of the scoring, for people',
    check_point DateTime64(6, 'UTC') COMMENT 'the moment that is judged',
    known_at DateTime64(6, 'UTC') COMMENT 'the closed moment of knowledge',
    quarter LowCardinality(String) COMMENT 'period of findings and weeks',
    ruleset LowCardinality(String) COMMENT 'name@version',
    checked UInt32 COMMENT 'accounts of the population',
    passed UInt32 COMMENT 'accounts that passed',
    failed UInt32 COMMENT 'accounts that failed',
    unknown UInt32 COMMENT 'accounts that nobody can judge',
    digest String COMMENT 'SHA-256 over the rows',
    manifest_hash String COMMENT 'SHA-256 over the manifest',
    manifest String COMMENT 'check point, known at, ruleset, population, sample, scorer, calendar as JSON'
)
ENGINE = MergeTree
ORDER BY (scored_at, run_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Scored rounds and their manifests';
