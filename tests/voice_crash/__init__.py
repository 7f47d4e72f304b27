"""The kill test of the voice: a notifier is killed again and again while it tells alerts, on either runtime."""
