"""The demo: the whole job on committed facts of 128 real accounts, in a folder or on Kafka."""
