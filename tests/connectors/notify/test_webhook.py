import base64
import hashlib
import hmac
import json
import logging
import time
import traceback

import pytest
import structlog

from connectors.notify.channel import Channel, DeliveryError
from connectors.notify.webhook import Limits, WebhookChannel
from connectors.web.egress import EgressError
from tests.connectors.endpoint import Answer
from tests.connectors.notify.conftest import a_message

FAST = Limits(attempt_s=5, connect_s=2, first_wait_s=0.01, longest_wait_s=0.01, jitter_s=0)
SHORT = Limits(attempt_s=0.3, connect_s=0.2, attempts=2, first_wait_s=0.01, longest_wait_s=0.01, jitter_s=0)
SECRET = "Bearer q7Zx-very-secret"  # noqa: S105 - what must not show
BUSY = Answer(503)


def hook(url, *, limits=FAST, allow_private=True, authorization=None):
    return WebhookChannel(url, limits=limits, allow_private=allow_private, authorization=authorization)


def failure(channel):
    with pytest.raises(DeliveryError) as caught:
        channel.deliver(a_message())
    return caught.value


def test_a_message_is_delivered_once_as_a_cloud_event(endpoint):
    """One connection, one request: the envelope of CloudEvents, the id as key, the message as data."""
    server = endpoint(Answer(204))
    message = a_message()
    hook(server.url(), authorization=SECRET).deliver(message)
    assert server.connections == 1
    (request,) = server.requests
    assert request.path == "/hook"
    assert request.headers["Idempotency-Key"] == str(message.id)
    assert request.headers["Content-Type"].startswith("application/cloudevents+json")
    assert request.headers["Authorization"] == SECRET
    assert json.loads(request.body) == {
        "specversion": "1.0",
        "id": str(message.id),
        "source": "xuncha",
        "type": "message.alert",
        "subject": "wechat:gh_0",
        "time": "2021-06-13T01:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "kind": "alert",
            "account_id": "wechat:gh_0",
            "name": "某市发布0",
            "owner": "某市某局",
            "level": "day-10",
            "audience": "operator",
            "text": "【更新提醒】第一行\n第二行",
            "replay": False,
            "details": {"ruleset": "national/1"},
        },
    }


def test_a_message_about_no_account_has_no_subject(endpoint):
    """CloudEvents allows no empty subject."""
    server = endpoint()
    hook(server.url()).deliver(a_message(kind="summary", account_id=""))
    event = json.loads(server.requests[0].body)
    assert event["type"] == "message.summary"
    assert "subject" not in event


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_a_passing_failure_is_tried_again_under_the_same_key(endpoint, status):
    """The endpoint takes the second attempt, and can tell that it is the same message."""
    server = endpoint(Answer(status), Answer(200))
    hook(server.url()).deliver(a_message())
    first, second = server.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body


def test_after_five_attempts_the_message_is_given_up(endpoint):
    """A plain 503 says that nothing was taken; the error counts the attempts."""
    server = endpoint(*[BUSY] * 9)
    error = failure(hook(server.url()))
    assert (error.reason, error.permanent, error.unknown) == ("the endpoint answered 503", False, False)
    assert error.attempts == len(server.requests) == 5


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_a_refusal_is_final(endpoint, status):
    """Asking again would be refused again: one attempt."""
    server = endpoint(Answer(status))
    error = failure(hook(server.url()))
    assert (error.permanent, error.unknown, error.attempts) == (True, False, 1)
    assert str(status) in error.reason
    assert server.connections == 1


def test_retry_after_is_waited_for(endpoint):
    """The endpoint's own wait replaces the shorter one of the settings."""
    server = endpoint(Answer(429, {"Retry-After": "1"}))
    hook(server.url()).deliver(a_message())
    first, second = server.requests
    assert 1.0 <= second.came_at - first.came_at < 3


def test_retry_after_may_be_a_date(endpoint):
    """The date is measured against the answer's own, so a clock that is years off changes nothing."""
    dates = {"Date": "Wed, 16 Jun 2021 09:00:00 GMT", "Retry-After": "Wed, 16 Jun 2021 09:00:01 GMT"}
    server = endpoint(Answer(503, dates))
    hook(server.url()).deliver(a_message())
    first, second = server.requests
    assert 1.0 <= second.came_at - first.came_at < 3


@pytest.mark.parametrize("wait", ["61", "99999999999999999999"])
def test_a_wait_beyond_the_time_ends_the_attempts(endpoint, wait):
    """An endpoint that wants to be left alone is not asked earlier than it said."""
    server = endpoint(Answer(429, {"Retry-After": wait}))
    error = failure(hook(server.url()))
    assert (error.permanent, error.unknown, error.attempts) == (False, False, 1)
    assert server.connections == 1


@pytest.mark.parametrize("wait", ["soon", "-1", "٣", "Wed, 16 Jun 2021 09:00:00 GMT", "0", ""])
def test_an_unreadable_retry_after_is_passed_over(endpoint, wait):
    """Then the settings say how long to wait; a date without the answer's own date says nothing."""
    server = endpoint(Answer(503, {"Retry-After": wait.encode().decode("latin-1")}))
    hook(server.url()).deliver(a_message())
    assert len(server.requests) == 2


def test_no_answer_leaves_the_outcome_unknown(endpoint):
    """The request arrived, so the endpoint may have taken it; each attempt ends in time."""
    server = endpoint(Answer(None), Answer(None))
    started = time.monotonic()
    error = failure(hook(server.url(), limits=SHORT))
    assert time.monotonic() - started < 3
    assert (error.permanent, error.unknown, error.attempts) == (False, True, 2)
    assert len(server.requests) == 2


def test_a_doubt_outlives_a_later_refusal(endpoint):
    """The first attempt may have been taken although the second was refused for good."""
    server = endpoint(Answer(None), Answer(400))
    error = failure(hook(server.url(), limits=SHORT))
    assert (error.permanent, error.unknown) == (True, True)


@pytest.mark.parametrize("answer", [Answer(0), Answer(502), Answer(504)], ids=["hang-up", "502", "504"])
def test_a_lost_answer_leaves_the_outcome_unknown(endpoint, answer):
    """A connection that breaks after the request, or a gateway that lost its endpoint, proves nothing."""
    server = endpoint(*[answer] * 2)
    error = failure(hook(server.url(), limits=SHORT))
    assert (error.permanent, error.unknown, error.attempts) == (False, True, 2)


def test_an_endpoint_that_is_down_has_taken_nothing(endpoint):
    """Where no connection stands nothing was sent."""
    server = endpoint()
    url = server.url()
    server.stop()
    error = failure(hook(url, limits=SHORT))
    assert (error.permanent, error.unknown, error.attempts) == (False, False, 2)
    assert "no connection" in error.reason


def test_an_endless_answer_is_not_read(endpoint):
    """The status decides; a body without end neither delays nor fills memory."""
    server = endpoint(Answer(200, endless=True))
    started = time.monotonic()
    hook(server.url()).deliver(a_message())
    assert time.monotonic() - started < 2
    assert server.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(endpoint, status):
    """Not even where its target could be reached: the configured address is the only one that is called."""
    target = endpoint()
    server = endpoint(Answer(status, {"Location": target.url()}))
    error = failure(hook(server.url()))
    assert error.permanent
    assert "redirect" in error.reason
    assert (server.connections, target.connections) == (1, 0)


def test_neither_secret_nor_address_shows_in_errors_or_logs(endpoint, caplog, capsys):
    """Whatever the endpoint answers, also if it repeats what it was sent."""
    caplog.set_level(logging.DEBUG)
    echo = {"X-Echo": SECRET, "WWW-Authenticate": SECRET}
    with structlog.testing.capture_logs() as logs:
        for answers in (
            [Answer(401, echo, SECRET.encode())],
            [Answer(503, echo)] * 2,
            [Answer(0)] * 2,
            [Answer(None)] * 2,
        ):
            channel = hook(endpoint(*answers).url(path="/KEY-in-path"), limits=SHORT, authorization=SECRET)
            error = failure(channel)
            shown = "".join(traceback.format_exception(error)) + repr(error) + repr(channel)
            link = error
            while link := link.__cause__ or link.__context__:
                shown += repr(link)
            assert "very-secret" not in shown
            assert "KEY-in-path" not in shown
    assert logs, "attempts that failed are logged"
    written = caplog.text + str(logs) + "".join(capsys.readouterr())
    assert "very-secret" not in written
    assert "KEY-in-path" not in written


@pytest.mark.parametrize("value", ["", "  ", "Bearer abc\r\nX-Other: b", "令牌", "Bearer abc\n"])
def test_an_authorization_that_no_header_can_hold_is_refused_unseen(value):
    """The error names the field and not the value."""
    with pytest.raises(EgressError, match="Authorization value") as caught:
        hook("https://alerts.example.org/", authorization=value)
    assert not value.strip() or value.strip() not in str(caught.value)


def test_a_webhook_takes_no_replays():
    """A replay goes to console and file only."""
    channel: Channel = hook("https://alerts.example.org/")
    assert (channel.name, channel.replays) == ("webhook", False)


def test_a_secret_signs_each_attempt(endpoint):
    """The receiver reckons the same from id, time and body (Standard Webhooks); another secret gives another result."""
    server = endpoint(BUSY, Answer(204))
    secret = "whsec_" + base64.b64encode(b"twenty-four bytes of key").decode()
    channel = WebhookChannel(server.url(), limits=FAST, allow_private=True, secret=secret)
    channel.deliver(a_message())
    for request in server.requests:
        at = request.headers["webhook-timestamp"]
        signed = f"{a_message().id}.{at}.".encode() + request.body
        digest = hmac.new(b"twenty-four bytes of key", signed, hashlib.sha256).digest()
        assert f"v1,{base64.b64encode(digest).decode()}" == request.headers["webhook-signature"]
        assert str(a_message().id) == request.headers["webhook-id"]
        assert abs(int(at) - time.time()) < 60
    assert 2 == len(server.requests)


@pytest.mark.parametrize(
    ("hosts", "allowed"),
    [(("127.0.0.1",), True), ((".0.0.1",), True), (("example.org",), False), ((), False), (None, True)],
)
def test_only_hosts_of_the_list_are_called(endpoint, hosts, allowed):
    """A list that does not name the host refuses it when the channel is built; without a list any may be called."""
    server = endpoint()
    if allowed:
        WebhookChannel(server.url(), hosts=hosts, allow_private=True).deliver(a_message())
    else:
        with pytest.raises(EgressError, match="none of those that are allowed"):
            WebhookChannel(server.url(), hosts=hosts, allow_private=True)
    assert int(allowed) == server.connections


def test_a_secret_that_is_no_key_is_refused_at_once():
    """It says what is wrong, and does not show it."""
    with pytest.raises(EgressError, match="no base64"):
        WebhookChannel("https://alerts.example", secret="whsec_!")  # noqa: S106
