"""What the public may see and say: directory, verification of accounts, reports, open data."""
