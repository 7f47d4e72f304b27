"""Migrations that a release applied somewhere never change: stores note their hashes and refuse another file."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTED = dict(
    reversed(line.split("  ", 1))
    for line in (Path(__file__).parent / "released_migrations.txt").read_text("utf-8").splitlines()
)

APPLIED_ANEW = {"users", "areas"}  # statements that replace what they make

pytestmark = pytest.mark.source_tree


def test_every_migration_is_as_it_was_released():
    """What is wrong in one is put right by a new one; a new one is listed with the commit that brings it."""
    paths = [path for path in (ROOT / "infra").rglob("0*.sql") if path.parent.name not in APPLIED_ANEW]
    there = {str(path.relative_to(ROOT)): path for path in paths}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()} == LISTED
