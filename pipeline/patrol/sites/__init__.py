"""Websites as programs see them: looks at columns, visits of home pages, sweeps of links."""
