-- Which lists somebody keeps under a name, with what narrows and orders them.
CREATE TABLE signin_views (
    user_id TEXT NOT NULL,
    path TEXT NOT NULL,                -- of the list
    name TEXT NOT NULL,
    query TEXT NOT NULL,               -- as the address has it
    PRIMARY KEY (user_id, path, name)
) WITHOUT ROWID;
