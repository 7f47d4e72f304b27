"""Answers to alerts: acknowledge, snooze, mute, already posted; what holds, and taking it back."""
