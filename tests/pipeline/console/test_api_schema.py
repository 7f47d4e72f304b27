"""schemathesis over the description of the API: nothing that fits it, and nothing that does not, breaks the program."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from pipeline.console.app import Console, make_app
from tests.pipeline.console.browsing import NOW
from tests.pipeline.console.city import copy_of
from tests.pipeline.console.programs import FixedTokens, Token, bearing
from tests.pipeline.console.signed_in import FixedSessions
from tests.pipeline.kept_engine import kept_engine

PROGRAM = Token("t-schema")
EXAMPLES = 300 if settings().max_examples > 500 else 25


@pytest.fixture(scope="module")
def described(city, tmp_path_factory):
    """The description of a running application."""
    home = copy_of(city, tmp_path_factory.mktemp("schema"))
    console = Console(home, FixedSessions({}), now=lambda: NOW, tokens=FixedTokens(PROGRAM))
    return schemathesis.openapi.from_asgi("/openapi.json", make_app(console))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["takeObservations", "takeHints", "readPage"])
def test_every_answer_is_as_described(described, name):
    """No 5xx, no status, type or shape beside the description; `make test-long` draws more."""
    operations = [found.ok() for found in described.get_all_operations()]
    (operation,) = (one for one in operations if one.definition.raw["operationId"] == name)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def holds(case):
        answer = case.call(headers=bearing(PROGRAM))
        assert answer.status_code < 500
        case.validate_response(answer)

    with kept_engine():
        holds()


@pytest.mark.slow
def test_all_operations_are_described(described):
    """What is tried above is all there is."""
    names = {found.ok().definition.raw["operationId"] for found in described.get_all_operations()}
    assert {"takeObservations", "takeHints", "readPage"} == names
