-- What may the two kinds of users do? Run by an administrator of the server, again after each upgrade: the files say
-- what is, not what changes. Of the database of xuncha alone; nobody gets FILE, URL, S3, REMOTE or another source.
CREATE ROLE IF NOT EXISTS xuncha_writing;
REVOKE ALL ON *.* FROM xuncha_writing;
GRANT SHOW, SELECT, INSERT, ALTER TABLE, ALTER VIEW, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW
    ON xuncha.* TO xuncha_writing;

CREATE ROLE IF NOT EXISTS xuncha_reading;
REVOKE ALL ON *.* FROM xuncha_reading;
GRANT SHOW, SELECT ON xuncha.* TO xuncha_reading;

-- Who sees one area is given the views for BI and nothing below them; of their rows those that a policy lets through.
CREATE ROLE IF NOT EXISTS xuncha_area_reading;
REVOKE ALL ON *.* FROM xuncha_area_reading;
GRANT SELECT ON xuncha.bi_accounts TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_weekly_updates TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_alerts TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_findings TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_verdicts TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_results TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_quarters TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_tasks TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_focus TO xuncha_area_reading;
GRANT SELECT ON xuncha.bi_account_months TO xuncha_area_reading;

-- What may one question of a BI tool cost? It may ask for less, not for more, and only ever read.
CREATE SETTINGS PROFILE OR REPLACE xuncha_reading SETTINGS
    readonly = 2 CONST,
    allow_ddl = 0 CONST,
    max_execution_time = 30 MIN 1 MAX 60,
    max_memory_usage = 2000000000 MIN 1 MAX 2000000000,
    max_threads = 2 MIN 1 MAX 4,
    max_rows_to_read = 2000000000 MIN 1 MAX 2000000000,
    max_result_rows = 1000000 MIN 1 MAX 1000000,
    max_result_bytes = 500000000 MIN 1 MAX 500000000,
    result_overflow_mode = 'throw' CONST
    TO xuncha_reading, xuncha_area_reading;

-- And all questions of one user together, in an hour?
CREATE QUOTA OR REPLACE xuncha_reading KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 5000, execution_time = 3600, read_rows = 100000000000
    TO xuncha_reading, xuncha_area_reading;

-- Whoever is held to no area sees all rows, whatever policies there are for others.
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_accounts USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_weekly_updates USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_alerts USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_findings USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_verdicts USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_results USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_quarters USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_tasks USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_focus USING 1 TO xuncha_reading, xuncha_writing;
CREATE ROW POLICY OR REPLACE xuncha_all ON xuncha.bi_account_months USING 1 TO xuncha_reading, xuncha_writing;
