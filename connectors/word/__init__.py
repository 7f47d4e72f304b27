"""Word documents as a person sees them: what is shown of a table's cells, and what cannot be told from the file."""
