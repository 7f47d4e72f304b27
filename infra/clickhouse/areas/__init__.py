"""Users of a ClickHouse server who see one area: the statements for each of them."""
