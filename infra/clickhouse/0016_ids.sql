-- Which record has this id? Asked of each batch, for repeats, and by whoever follows a fact. The projection holds ids in
-- their order with the row of each, so an answer reads a few rows for each id, however many records there are. A filter
-- for each block of records, which it replaces, had to be read whole every time, and passed some of any hundred ids.
ALTER TABLE records ADD PROJECTION IF NOT EXISTS ids INDEX id TYPE basic WITH SETTINGS (index_granularity = 256);
ALTER TABLE records MATERIALIZE PROJECTION ids;
ALTER TABLE records DROP INDEX IF EXISTS known_ids;
