"""Health and looks of one source."""
