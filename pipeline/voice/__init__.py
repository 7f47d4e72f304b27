"""Who is told what, once a channel."""
