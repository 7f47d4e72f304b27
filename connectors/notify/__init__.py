"""Messages for people, and the channels that carry them."""
