"""Intake 收件: ordinary paper is read, planned, asked about, stored after a yes, and can be undone."""
