"""What keeps running: the owner of a home, and the processes on Kafka."""
