"""SQLite and PostgreSQL as the stores of a home use them."""
