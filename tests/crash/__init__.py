"""The kill test: the whole pipeline on Kafka, killed and frozen at random, against the pure folds."""
