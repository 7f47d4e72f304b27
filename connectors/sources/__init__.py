"""Kinds of sources: each looks at one account on the living net and says what it saw."""
