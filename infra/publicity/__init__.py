"""Texts of the pages for the public, as an office has approved them."""
