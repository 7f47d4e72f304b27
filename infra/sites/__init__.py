"""Words by which pages of government sites are read."""
