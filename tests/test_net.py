"""The net under moves of code: what has to come out as it did; answers of commands are frozen in `tests/net.json`."""

from datetime import timedelta

import pytest

from tests.bench.generate import stream
from tests.embedded_digest import embedded_digest

EVENTS, ACCOUNTS = 4000, 100
RULESET = "jiangsu-kunshan-2019-162"
DIGEST = "138ee327bcdf5488db5f2a9666d53eefd364c9bd576f98ac0b90f85b9e802835"


@pytest.mark.slow
def test_generated_facts_have_the_digest_that_they_had(tmp_path):
    """Log, sink, SQL and scorer in one figure; demo, seeds and golden events have theirs beside them."""
    facts = list(stream(EVENTS, ACCOUNTS))
    check_point = max(fact.time for fact in facts) - timedelta(hours=1)
    assert (DIGEST, ACCOUNTS) == embedded_digest(facts, check_point, RULESET, tmp_path)
