"""Sheets that people hand in: accounts, filings, findings, looks and posts, all of a file or none of it."""
