"""What an operator does: examine, reconcile, move, replay dead letters."""
