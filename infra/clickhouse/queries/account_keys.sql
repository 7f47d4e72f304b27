-- The key by which posts and looks name an account, for every account that was ever opened;
-- `subjects` empty means all of them.
SELECT subject, cityHash64(subject) AS account_key
FROM occasional_records
WHERE type = 'account.opened' AND (empty({subjects:Array(String)}) OR subject IN {subjects:Array(String)})
GROUP BY subject
