"""Rectification (整改): tasks, orders, answers, rechecks, reminders, and lists of them."""
