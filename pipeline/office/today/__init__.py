"""What a day asks of an office: who must post, whom to look at, what came in, what waits, what changed."""
