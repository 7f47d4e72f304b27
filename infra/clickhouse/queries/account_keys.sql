-- The key by which posts and looks name an account, for every account that was ever opened.
SELECT subject, cityHash64(subject) AS account_key
FROM occasional_records
WHERE type = 'account.opened'
GROUP BY subject
