"""The read model of a home: a file of its own, made from the log and made again from it at any time."""
