"""Reports from below and checks from above: self-checks 自查 and upper-level checks 上级抽查."""
