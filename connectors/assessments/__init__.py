"""The yearly assessment as a document: a summary, and each unit's sheet with every point and its grounds."""
