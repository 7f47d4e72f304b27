"""Who is told of an alert, when, and with what together: pure."""
