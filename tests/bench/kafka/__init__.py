"""`make bench-kafka`: speed, latency and memory of the processes on Kafka, each figure beside a baseline."""
