"""Websites: the registry of sites and columns, what is proven of them, and how a site ruleset judges that."""
