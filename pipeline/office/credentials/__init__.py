"""Papers of accounts that filings ask for since 2024."""
