"""One process, one folder: folds, history, ticks and alerts of an embedded home."""
