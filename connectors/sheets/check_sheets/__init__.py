"""Check sheets: handed out to the checkers of a round as XLSX, and read back."""
