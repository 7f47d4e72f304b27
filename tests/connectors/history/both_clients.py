"""Marks a test of the history that asks over HTTP in a quick run, too: the SQL is the same, the client is another."""

import pytest

both_clients = pytest.mark.parametrize("history", ["embedded", "http"], indirect=True)
