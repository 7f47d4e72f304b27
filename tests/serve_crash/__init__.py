"""A kill test of `xuncha serve`: clerks and programs write while it dies; what was answered is there once."""
