"""Apprise over a real server: what it calls a success is looked at."""

import pytest

from connectors.notify.apprise_tail import AppriseChannel
from connectors.notify.channel import DeliveryError
from connectors.notify.exchange import Limits
from connectors.web.egress import EgressError
from tests.connectors.endpoint import Answer
from tests.connectors.notify.conftest import a_message

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
ONCE = Limits(attempts=1, within_s=2.0)


def channel(server, *, hosts=("127.0.0.1",)):
    return AppriseChannel("tail", f"json://127.0.0.1:{server.port}/hook", hosts=hosts, limits=ONCE)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200), "delivered"),
        (Answer(200, body=b'{"errcode":0}'), "delivered"),
        (Answer(200, body=b'{"code":0,"msg":"success"}'), "delivered"),
        (Answer(200, body=b'{"errcode":93000,"errmsg":"invalid webhook url"}'), "again"),
        (Answer(200, body=b'{"code":19024}'), "again"),
        (Answer(200, body=b'{"ok":false}'), "again"),
        (Answer(403), "refused"),
        (Answer(500), "again"),
        (Answer(0), "again"),
    ],
    ids=str,
)
def test_an_answer_counts_before_the_word_of_the_library(endpoint, answer, outcome):
    """A code of error inside a success of HTTP is none; the library alone says that it was delivered."""
    server = endpoint(answer)
    try:
        channel(server).send(a_message(), "tail")
    except DeliveryError as e:
        assert outcome == e.outcome  # noqa: PT017 (one of the outcomes is none)
    else:
        assert outcome == "delivered"
    assert 1 == server.connections


def test_a_host_that_is_not_allowed_is_never_called(endpoint):
    """Neither one of the URL, nor one that the service redirects to."""
    server = endpoint()
    with pytest.raises(EgressError, match="none of those allowed"):
        channel(server, hosts=("example.org",))
    redirected = endpoint(Answer(307, {"Location": f"http://localhost:{server.port}/"}))
    with pytest.raises(DeliveryError, match="not allowed") as caught:
        channel(redirected).send(a_message(), "tail")
    assert caught.value.permanent
    assert 0 == server.connections


def test_a_url_that_it_cannot_read_is_refused():
    """When the channel is built, and without showing it."""
    with pytest.raises(EgressError, match="cannot read"):
        AppriseChannel("tail", "nonsense://", hosts=())
