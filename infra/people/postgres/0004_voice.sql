-- Under which name a channel knows a person; empty: none. The mobile number stands in phone.
ALTER TABLE people ADD COLUMN wecom TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN dingtalk TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN feishu TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE people_changes ADD COLUMN wecom TEXT NOT NULL DEFAULT '';
ALTER TABLE people_changes ADD COLUMN dingtalk TEXT NOT NULL DEFAULT '';
ALTER TABLE people_changes ADD COLUMN feishu TEXT NOT NULL DEFAULT '';
ALTER TABLE people_changes ADD COLUMN mail TEXT NOT NULL DEFAULT '';

-- As for name and number: statistics would keep what was erased.
ALTER TABLE people
    ALTER COLUMN wecom SET STATISTICS 0,
    ALTER COLUMN dingtalk SET STATISTICS 0,
    ALTER COLUMN feishu SET STATISTICS 0,
    ALTER COLUMN mail SET STATISTICS 0;
ALTER TABLE people_changes
    ALTER COLUMN wecom SET STATISTICS 0,
    ALTER COLUMN dingtalk SET STATISTICS 0,
    ALTER COLUMN feishu SET STATISTICS 0,
    ALTER COLUMN mail SET STATISTICS 0;

-- Who is on duty for a unit or office, and who stands in (值班表).
CREATE TABLE duty (
    unit TEXT NOT NULL,
    first_day TEXT NOT NULL,           -- 2026-10-01
    last_day TEXT NOT NULL,            -- the same for one day
    person_id TEXT NOT NULL,
    substitute_id TEXT NOT NULL,       -- empty: nobody
    stored_at BIGINT NOT NULL,         -- microseconds since the epoch
    PRIMARY KEY (unit, first_day, last_day, person_id)
);

CREATE INDEX duty_by_day ON duty (last_day);
