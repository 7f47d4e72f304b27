-- A user who sees one area, and its policies: of a row of another area it learns nothing, not by a count either. The
-- program puts in name and area; the password is bound.
CREATE USER IF NOT EXISTS $user IDENTIFIED WITH sha256_password BY {area_password:String};
ALTER USER $user IDENTIFIED WITH sha256_password BY {area_password:String};
GRANT xuncha_area_reading TO $user;
SET DEFAULT ROLE ALL TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_accounts USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_weekly_updates USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_alerts USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_findings USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_verdicts USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_results USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_quarters USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_tasks USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_focus USING area = $area TO $user;
CREATE ROW POLICY OR REPLACE $user ON xuncha.bi_account_months USING area = $area TO $user;
