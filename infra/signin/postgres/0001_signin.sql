-- Who may sign in: login as it is compared, what they are called, and the hash of their password.
CREATE TABLE signin_users (
    id TEXT PRIMARY KEY,               -- opaque; stands beside facts as their actor
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,            -- argon2id; empty: none was chosen yet
    disabled BIGINT NOT NULL,
    code_key TEXT NOT NULL,            -- of one-time codes; empty: none enrolled
    code_step BIGINT NOT NULL,        -- the newest step whose code was used
    made_at BIGINT NOT NULL           -- microseconds since the epoch
);

-- What each of them is: a role, about what, given by whom, and who agreed where a second person has to.
CREATE TABLE signin_grants (
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    agreed_by TEXT NOT NULL,           -- empty: waits for a second person, and counts nowhere
    PRIMARY KEY (user_id, role, scope)
);

-- Which browsers are signed in, and were; what a browser holds is known by its hash alone.
CREATE TABLE signin_sessions (
    id TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    proven_at BIGINT NOT NULL,        -- when its user last proved again who it is; 0: at sign-in alone
    ended_at BIGINT NOT NULL,         -- 0: not ended by anybody
    address TEXT NOT NULL,
    client TEXT NOT NULL
);

CREATE INDEX signin_sessions_by_user ON signin_sessions (user_id, began_at);

-- How often signing in failed, by hashes of login and address; nobody is named.
CREATE TABLE signin_failures (
    key TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    at BIGINT NOT NULL                -- of the last one
);

-- Which links let somebody choose a password, once.
CREATE TABLE signin_invitations (
    token TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    made_by TEXT NOT NULL,
    until BIGINT NOT NULL,
    used_at BIGINT NOT NULL           -- 0: not used
);

-- Which programs may hand in what, known by the hash of their token.
CREATE TABLE signin_tokens (
    id TEXT PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    user_id TEXT NOT NULL,             -- who made it
    kinds TEXT NOT NULL,               -- JSON: kinds of facts
    scopes TEXT NOT NULL,              -- JSON: sources, areas and units by kind of scope
    made_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,       -- 0: not revoked
    used_at BIGINT NOT NULL           -- 0: never
);

-- Who did what about users, roles and tokens; by ids alone.
CREATE TABLE signin_acts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    user_id TEXT NOT NULL,             -- whom it was about
    detail TEXT NOT NULL               -- a role, the id of a token; never a name or a secret
);
