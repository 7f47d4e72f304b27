import traceback

import pytest
import trustme

from connectors.notify.channel import DeliveryError
from connectors.notify.counters import Counters
from connectors.notify.exchange import Limits
from connectors.notify.mail import MailServer, MailToGroup, MailToPeople, is_address
from connectors.web.egress import EgressError
from tests.connectors.notify.conftest import a_message
from tests.connectors.notify.mail_server import MailServerOfTests
from tests.connectors.notify.senders import Book

LIMITS = Limits(attempt_s=0.7, connect_s=0.5, attempts=1, within_s=5.0)
FROM, ONE, OTHER = "xuncha@office.example", "zhang@unit.example", "li@unit.example"
PASSWORD = "hunter2-q7Zx"  # noqa: S105


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


@pytest.fixture(scope="module")
def starttls(authority):
    server = MailServerOfTests(authority[0])
    yield server
    server.stop()


@pytest.fixture
def server(starttls):
    starttls.mails, starttls.recipients, starttls.answers = [], [], {}
    return starttls


def people(server, authority, *, address=ONE, limits=LIMITS, **more):
    given = {"host": "127.0.0.1", "sender": FROM, "ca_file": authority[1], "allow_private": True, **more}
    book = Book(mail=address)
    mail_server = MailServer(port=server.port, **given)
    return MailToPeople("mail", mail_server, book, counters=Counters(None, "mail"), limits=limits)


def outcome_of(channel, destination="p1"):
    try:
        receipt = channel.send(a_message(), destination)
    except DeliveryError as e:
        shown = "".join(traceback.format_exception(e))
        return ("shown", shown, False) if ONE in shown else (e.outcome, e.wait_s, e.alone)
    return ("partly", receipt.unreached, False) if receipt.unreached else ("delivered", None, False)


ANSWERS = [
    ({}, ("delivered", None, False)),
    ({ONE: "550 5.1.1 no such user zhang@unit.example"}, ("refused", None, True)),
    ({ONE: "450 4.2.0 greylisted, try again"}, ("again", 300, True)),
    ({ONE: "421 4.3.2 closing"}, ("again", None, False)),
    ({"MAIL": "553 sender not allowed"}, ("refused", None, False)),
    ({"MAIL": "451 busy"}, ("again", None, False)),
    ({"DATA": "552 too large"}, ("refused", None, True)),
    ({"DATA": "554 looks like spam"}, ("refused", None, True)),
    ({"DATA": "451 try later"}, ("again", 300, True)),
    ({"DATA": "slow"}, ("unknown", None, False)),
    ({"DATA": "closed"}, ("unknown", None, False)),
]


@pytest.mark.parametrize(("answers", "outcome"), ANSWERS, ids=lambda x: str(x)[:40])
def test_every_answer_has_its_outcome(server, authority, answers, outcome):
    """What the server says of sender, recipient and text is what became of the mail, and no reason names an address."""
    server.answers = answers
    assert outcome == outcome_of(people(server, authority))


def test_a_mail_says_what_the_message_does(server, authority):
    """The headline is the subject, the whole text the body, and the same mail has the same id."""
    channel = people(server, authority)
    channel.send(a_message(), "p1")
    channel.send(a_message(), "p1")
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert ("【更新提醒】第一行", FROM, ONE) == (first["Subject"], first["From"], first["To"])
    assert "【更新提醒】第一行\n第二行" == first.get_content().strip()


def test_a_box_of_the_office_is_told_though_another_is_refused(server, authority):
    """Delivered in part: the receipt names the place of the address in the settings, and not the address."""
    server.answers = {OTHER: "550 gone"}
    mail_server = MailServer("127.0.0.1", server.port, FROM, ca_file=authority[1], allow_private=True)
    channel = MailToGroup("mail", mail_server, [ONE, OTHER], limits=LIMITS)
    assert ("partly", ("to[2]",), False) == outcome_of(channel, "mail")
    assert [[ONE]] == server.recipients
    server.answers = {ONE: "450 later", OTHER: "550 gone"}
    assert ("again", 300, True) == outcome_of(channel, "mail")


def test_a_certificate_that_nobody_vouches_for_is_not_believed(server, authority):
    """Nothing is said to such a server, and the next attempt may find a better one."""
    assert ("again", None, False) == outcome_of(people(server, authority, ca_file=""))
    assert [] == server.mails


def test_a_private_address_has_to_be_allowed(server, authority):
    """No connection is made to it, whatever its name."""
    before = server.connections
    assert ("refused", None, False) == outcome_of(people(server, authority, allow_private=False))
    assert before == server.connections


def test_tls_from_the_first_byte_and_a_log_in(authority):
    """Port 465, with user and password; a wrong password is refused and not shown."""
    server = MailServerOfTests(authority[0], tls="implicit", password=PASSWORD)
    given = {"tls": "implicit", "user": "xuncha"}
    try:
        assert ("delivered", None, False) == outcome_of(people(server, authority, password=PASSWORD, **given))
        assert ("refused", None, False) == outcome_of(people(server, authority, password=FROM, **given))
    finally:
        server.stop()


def test_a_password_is_never_sent_unencrypted(authority):
    """Such settings are refused when the channel is built."""

    class Anywhere:
        port = 25

    with pytest.raises(EgressError, match="over TLS only"):
        people(Anywhere, authority, tls="none", user="xuncha", password=PASSWORD)
    with pytest.raises(EgressError, match="sender"):
        people(Anywhere, authority, sender="xuncha")


def test_a_server_that_is_not_there_is_tried_again(authority):
    """Nothing was sent: certainly not taken."""

    class Nowhere:
        port = 1

    assert ("again", None, False) == outcome_of(people(Nowhere, authority))


@pytest.mark.parametrize("address", ["zhang", "a@b\r\nRCPT TO:<c@d>", "a@b, c@d", "张@unit.example", "<a@b>"])
def test_what_is_no_address_is_refused_before_the_server_sees_it(server, authority, address):
    """A line break in one would be a command of its own."""
    assert not is_address(address)
    assert ("refused", None, True) == outcome_of(people(server, authority, address=address))
    with pytest.raises(EgressError, match="no mail address"):
        MailToGroup("mail", MailServer("127.0.0.1", 1, FROM), [address])


def test_a_server_that_drips_is_cut_off(authority):
    """Each line comes in time, and all together do not."""
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def drip():
            connection, _ = listener.accept()
            with connection:
                try:
                    for _ in range(100):
                        connection.sendall(b"220-wait\r\n")
                        threading.Event().wait(0.1)
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()

        class Dripping:
            port = listener.getsockname()[1]

        assert "again" == outcome_of(people(Dripping, authority))[0]
        thread.join(10)
