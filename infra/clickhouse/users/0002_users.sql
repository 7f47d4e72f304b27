-- The writer (sink, commands) and the reader (BI). Passwords are bound as parameters and stand in no file; running
-- this again sets them anew.
CREATE USER IF NOT EXISTS xuncha_writer IDENTIFIED WITH sha256_password BY {writer_password:String};
ALTER USER xuncha_writer IDENTIFIED WITH sha256_password BY {writer_password:String};
GRANT xuncha_writing TO xuncha_writer;
SET DEFAULT ROLE ALL TO xuncha_writer;

CREATE USER IF NOT EXISTS bi IDENTIFIED WITH sha256_password BY {bi_password:String};
ALTER USER bi IDENTIFIED WITH sha256_password BY {bi_password:String};
GRANT xuncha_reading TO bi;
SET DEFAULT ROLE ALL TO bi;
