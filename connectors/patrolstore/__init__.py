"""What a patrol has to remember beside the log: leases, quota spent, back-off, answers of before, log-in probes."""
