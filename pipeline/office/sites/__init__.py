"""Websites (政府网站): their registry, what people saw of them, suggestions, and checks."""
