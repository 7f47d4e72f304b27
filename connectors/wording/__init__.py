"""The lexicon of reading review: read from a protected file, and run over texts; its words go nowhere else."""
