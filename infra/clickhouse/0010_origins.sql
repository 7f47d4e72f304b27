-- Where does a fact come from: who did it, which intake brought it, and from which file, page and row? It stands
-- beside the fact and is no part of it: neither its id nor a verdict rests on it.
ALTER TABLE records
    ADD COLUMN actor LowCardinality(String) DEFAULT '' COMMENT 'person id or code of a role; empty: not told',
    ADD COLUMN intake LowCardinality(String) DEFAULT '' COMMENT 'number of the intake that brought it; empty: none',
    ADD COLUMN basis String DEFAULT '' COMMENT 'file, page and row that it was taken from; empty: none';
