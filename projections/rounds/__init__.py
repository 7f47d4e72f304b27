"""A round as its facts tell it: state, sample, and claims for what can be done once."""
