"""What units publish because they have to: interpretations of their documents, reposts."""
