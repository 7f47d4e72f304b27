"""One account: its silence, looks, findings and scores, and all folds of a partition."""
