-- Where does the history of each partition of the log end, in each table? Asked by every sink and every command that
-- starts. The projections keep the answer inside each part, in the same moment as its rows, so asking takes as long
-- after ten years as on the first day. A row deleted by hand has them made anew.
ALTER TABLE records MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild';
ALTER TABLE records ADD PROJECTION IF NOT EXISTS heads
(
    SELECT topic, partition, incarnation, type, repeats, max((recorded_at, offset))
    GROUP BY topic, partition, incarnation, type, repeats
);
ALTER TABLE records MATERIALIZE PROJECTION heads;
ALTER TABLE posts MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild';
ALTER TABLE posts ADD PROJECTION IF NOT EXISTS heads
(SELECT partition, max((recorded_at, offset)) GROUP BY partition);
ALTER TABLE posts MATERIALIZE PROJECTION heads;
ALTER TABLE post_voids MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild';
ALTER TABLE post_voids ADD PROJECTION IF NOT EXISTS heads
(SELECT partition, max((recorded_at, offset)) GROUP BY partition);
ALTER TABLE post_voids MATERIALIZE PROJECTION heads;
ALTER TABLE looks MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild';
ALTER TABLE looks ADD PROJECTION IF NOT EXISTS heads
(SELECT partition, max((recorded_at, offset)) GROUP BY partition);
ALTER TABLE looks MATERIALIZE PROJECTION heads;
ALTER TABLE occasional_records MODIFY SETTING lightweight_mutation_projection_mode = 'rebuild';
ALTER TABLE occasional_records ADD PROJECTION IF NOT EXISTS heads
(SELECT topic, partition, max((recorded_at, offset)) GROUP BY topic, partition);
ALTER TABLE occasional_records MATERIALIZE PROJECTION heads;
