"""Visits and links against a real server: open within the limit or not, and why."""

import asyncio

import pytest

from connectors.sites.links import Outgoing, domain_of, follow, is_outside, one_of_each_host, outgoing
from connectors.sites.opening import open_page
from connectors.sources.page_tags import SitePage
from connectors.web.client import Limits, WebClient
from connectors.web.egress import PRIVATE
from tests.connectors.web.raw_server import QUICK, answer, asked, says

HOME = "<html><head><title>首页</title></head><body><a href='/a'>政务公开</a></body></html>".encode()


async def silent(*_):
    await asyncio.sleep(10)


def redirect(to):
    return says(answer(b"", status="302 Found", Location=to))


def cause(script, **options):
    async def act(server, client):
        return await open_page(client, server.url(), 15.0)

    return asked(script, act, robots=False, **options)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (says(answer(HOME)), ""),
        (says(answer(b"<html><body><script>location.href='/xx/'</script></body></html>")), ""),
        (says(answer(b"<html><head><meta http-equiv='Refresh' content='0;url=/x'></head></html>")), ""),
        (says(answer(status="500 No")), "status"),
        (says(answer(status="404 No")), "status"),
        (says(answer(status="412 No")), "blocked"),
        (says(answer(status="403 No")), "blocked"),
        (
            says(
                answer(
                    "<html><head><title>安全验证</title></head><body>请完成安全验证</body></html>".encode()
                )
            ),
            "blocked",
        ),
        (says(answer(b"")), "blank"),
        (says(answer(b"<html><body> <div></div></body></html>")), "blank"),
        (redirect("/"), "status"),  # in a circle
        (silent, "timeout"),
    ],
    ids=[
        *("page", "script_that_goes_on", "refresh", "500", "404", "412", "403", "wall", "empty", "no_text"),
        *("circle", "silent"),
    ],
)
def test_a_visit_tells_why_a_page_is_not_open(script, told):
    """国办秘函〔2019〕19号, 站点无法访问: not open within the limit; a wall against programs is told apart."""
    assert cause(script).cause == told


def test_a_visit_is_never_led_to_a_private_address():
    """Redirects are guarded like any address; what may not be called says nothing of the site."""

    async def act(server, client):
        del client
        only = (PRIVATE[3],)
        async with WebClient(allowed=only, limits=QUICK, robots=False) as guarded:
            return await open_page(guarded, server.url(), 15.0)

    assert asked(redirect("http://10.1.2.3/"), act).cause == "ours"


def test_names_and_doors_that_fail_are_told_apart():
    """A name that is not found, a door that is closed, a server that speaks no TLS."""

    async def plain(_, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def visits():
        limits = Limits(total_s=3.0, connect_s=2.0)
        async with WebClient(allowed=PRIVATE, limits=limits, robots=False) as client:
            server = await asyncio.start_server(plain, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            found = [(await open_page(client, "http://no-such-name.invalid/", 15.0)).cause]
            tls = (await open_page(client, f"https://127.0.0.1:{port}/", 15.0)).cause
            server.close()
            await server.wait_closed()
            return [*found, (await open_page(client, f"http://127.0.0.1:{port}/", 15.0)).cause, tls]

    assert asyncio.run(visits()) == ["dns", "connect", "tls"]


def test_a_page_slower_than_the_limit_is_not_open():
    """15 seconds are the limit of the rules; here it is shorter, and the client waits longer."""

    async def slow(_, writer):
        await asyncio.sleep(0.3)
        writer.write(answer(HOME))

    async def act(server, client):
        return [(await open_page(client, server.url(), limit)).cause for limit in (0.1, 15.0)]

    assert asked(slow, act, robots=False) == ["timeout", ""]


def followed(script, **options):
    async def act(server, client):
        link = Outgoing(server.url("localhost"), "某单位", "http://a.example/")
        return await follow(client, link, 15.0)

    return asked(script, act, robots=False, **options)


def test_links_are_dead_elsewhere_or_fine():
    """A file is fine, too; a wall says nothing; a page for sale is not what was linked."""
    assert followed(says(answer(HOME))).state == "ok"
    assert followed(says(answer(b"%PDF-1.4 " + b"x" * 99))).state == "ok"
    assert (followed(says(answer(status="404 No"))).state, followed(says(answer(status="403 No"))).state) == (
        "dead",
        "unknown",
    )
    sale = "<html><body><h1>该域名正在出售</h1><a href='/buy'>联系我们</a></body></html>".encode()
    assert followed(says(answer(sale))).state == "hijacked"


def test_a_link_that_leads_to_another_domain_is_hijacked():
    """The domain that was linked redirects to one that somebody else registered."""

    async def act(server, client):
        async def to_other(head, writer):
            there = server.url() if "Host: localhost" in head else ""
            writer.write(answer(b"", status="302 Found", Location=there) if there else answer(HOME))

        server._script = to_other
        return await follow(client, Outgoing(server.url("localhost"), "", ""), 15.0)

    seen = asked(silent, act, robots=False)
    assert (seen.state, seen.led_to) == ("hijacked", "127.0.0.1")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.pingchuan.gov.cn", "pingchuan.gov.cn"),
        ("a.b.example.com", "example.com"),
        ("x.js.cn", "x.js.cn"),
        ("www.example.cn", "example.cn"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_a_domain_is_what_somebody_registered(host, domain):
    """Three labels below .gov.cn and the like, two else."""
    assert domain_of(host) == domain


def test_links_out_of_government_are_named_once_a_host():
    """Badges and state media are expected; hosts of the site's own domain are not outside."""
    body = "".join(
        f'<a href="{url}">链接</a>'
        for url in (
            "http://www.jiangsu.gov.cn/",
            "http://shop.example.com/1",
            "http://shop.example.com/2",
            "https://bszs.conac.cn/sitename?id=1",
            "http://zwfw.pingchuan.example/",
            "/inside.html",
            "mailto:a@b.example",
            "http://[broken",
        )
    )
    page = SitePage(f"<html><body>{body}</body></html>".encode(), "http://www.pingchuan.example/")
    links = outgoing(page)
    outside = [link for link in links if is_outside(link.url, page.address)]
    assert [link.url for link in one_of_each_host(outside)] == ["http://shop.example.com/1"]
    assert len(links) == 5
