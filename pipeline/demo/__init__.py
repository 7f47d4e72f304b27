"""The demo: the whole job on committed facts of 128 accounts under invented names, in a folder or on Kafka."""
