"""Which account is meant: what a row says of an account, compared with every account that is known."""
