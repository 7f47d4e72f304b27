"""Policy interpretation: documents and their interpretations are handed in, shown, and told in a bulletin."""
