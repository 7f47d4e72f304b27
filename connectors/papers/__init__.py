"""Papers as offices have them: what each page is, what each row says, and what cannot be known from the paper alone."""
