import pytest

from connectors.notify.channel import DeliveryError
from connectors.notify.webhook import Limits, WebhookChannel
from connectors.web.egress import EgressError, checked_url, is_public
from tests.connectors.notify.conftest import a_message

ONCE = Limits(attempt_s=3, connect_s=2, attempts=1)

SPECIAL = {
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback, all of /8",
    "0.0.0.0": "this host",  # noqa: S104 - an address to refuse
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "shared by carriers",
    "100.100.100.200": "metadata of a cloud, within the shared ones",
    "169.254.169.254": "metadata of a cloud, link-local",
    "192.0.0.8": "protocol assignments",
    "192.88.99.1": "relays of 6to4",
    "192.0.2.1": "documentation",
    "198.18.0.1": "benchmarks",
    "224.0.0.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "this host",
    "::1": "loopback",
    "::127.0.0.1": "IPv4-compatible",
    "::ffff:127.0.0.1": "mapped loopback",
    "::ffff:10.0.0.1": "mapped private",
    "::ffff:0:7f00:1": "translated",
    "64:ff9b::7f00:1": "NAT64 of loopback",
    "64:ff9b::a9fe:a9fe": "NAT64 of link-local",
    "64:ff9b:1::1": "local NAT64",
    "2002:7f00:1::": "6to4 of loopback",
    "2002:c0a8:101::1": "6to4 of private",
    "2001:0:1::1": "Teredo",
    "2001:db8::1": "documentation",
    "3fff::1": "documentation",
    "5f00::1": "segment routing",
    "100::1": "discard",
    "fc00::1": "unique local",
    "fd00:ec2::254": "metadata of a cloud, unique local",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local with its zone",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}


@pytest.mark.parametrize("address", SPECIAL, ids=lambda a: f"{a} {SPECIAL[a]}")
def test_a_special_address_is_not_public(address):
    """Neither as itself nor carried within another address."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_a_public_address_is_public(address):
    """Also where it is carried within another: networks with IPv6 only reach the rest by NAT64."""
    assert is_public(address)


LOOPBACK_FORMS = ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "LOCALHOST"]


@pytest.mark.parametrize("host", LOOPBACK_FORMS)
def test_a_private_endpoint_sees_no_connection(endpoint, host):
    """Whether the address stands in the URL, in another notation, or behind a name."""
    server = endpoint()
    with pytest.raises(DeliveryError, match="no public address") as caught:
        WebhookChannel(server.url(host), limits=ONCE).deliver(a_message())
    assert (caught.value.permanent, caught.value.unknown) == (True, False)
    assert server.connections == 0


@pytest.mark.parametrize("host", LOOPBACK_FORMS)
def test_the_switch_lets_a_private_endpoint_be_reached(endpoint, host):
    """The control of the test before: with private addresses allowed the same URL arrives."""
    server = endpoint()
    WebhookChannel(server.url(host), limits=ONCE, allow_private=True).deliver(a_message())
    assert server.connections == 1


@pytest.mark.parametrize(("allow_private", "connections"), [(False, 0), (True, 1)])
def test_ipv6_loopback_is_refused_unless_allowed(endpoint, allow_private, connections):
    """A server that listens on ::1 only."""
    server = endpoint(host="::1")
    channel = WebhookChannel(server.url("[::1]"), limits=ONCE, allow_private=allow_private)
    if allow_private:
        channel.deliver(a_message())
    else:
        with pytest.raises(DeliveryError, match="no public address"):
            channel.deliver(a_message())
    assert server.connections == connections


def test_a_proxy_of_the_environment_is_not_used(endpoint, monkeypatch):
    """A proxy would connect to whatever it likes."""
    server, proxy = endpoint(), endpoint()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url(path=""))
    WebhookChannel(server.url(), limits=ONCE, allow_private=True).deliver(a_message())
    assert (server.connections, proxy.connections) == (1, 0)


@pytest.mark.parametrize("url", ["http://127.1:9/", "http://2130706433:9/", "http://0177.0.0.1:9/"])
def test_short_forms_of_ipv4_are_no_urls(url):
    """They are read in more than one way, so they are refused even where private addresses are allowed."""
    with pytest.raises(DeliveryError, match="no URL that can be called") as caught:
        WebhookChannel(url, limits=ONCE, allow_private=True).deliver(a_message())
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "no http or https URL"),
        ("ftp://KEY.example.org/", "no http or https URL"),
        ("file:///etc/KEY", "no http or https URL"),
        ("//KEY.example.org/", "no http or https URL"),
        ("http:///KEY", "no http or https URL"),
        ("http://KEY.example.org:99999/", "no URL"),
        ("http://[::1/KEY", "no URL"),
        ("http://KEY..org/", "no URL"),
        ("http://user:KEY@example.org/", "names a user"),
        ("http://:KEY@example.org/", "names a user"),
        ("http://KEY@example.org/", "names a user"),
    ],
)
def test_an_unfit_url_is_refused_without_being_named(url, why):
    """It is found when the channel is built; the address may carry a key, so the error doesn't repeat it."""
    with pytest.raises(EgressError, match=why) as caught:
        WebhookChannel(url)
    assert "KEY" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["https://example.org", "HTTP://例子.测试/路径?k=v", "https://[2001:db8::1]:8443/x"]
)
def test_http_and_https_urls_are_taken(url):
    """With ports, IPv6 literals and Chinese names."""
    assert checked_url(url).host
