"""How accounts stand now: which mark each bears, and lists of them that are narrowed, ordered and cut by the store."""
