"""Letters and orders to one unit: their words and table as a document."""
