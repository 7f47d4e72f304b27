"""What a person of an office does: registry, filings, findings, focus list, rounds, reports, bulletins."""
