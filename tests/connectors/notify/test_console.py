import io
import os
import pty

import pytest

from connectors.notify.channel import Channel, DeliveryError
from connectors.notify.console import ConsoleChannel
from tests.connectors.notify.conftest import a_message

LONG = "【更新提醒】" + "很长的一行" * 60


@pytest.mark.parametrize("name", ["FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"])
def test_no_colour_and_no_wrapping_where_there_is_no_terminal(monkeypatch, name):
    """Not even where the environment asks for colours: the text stands as it is, for grep and for files."""
    monkeypatch.setenv(name, "1")
    stream = io.StringIO()
    channel = ConsoleChannel(stream)
    channel.deliver(a_message(text=LONG + "\n第二行 [bold]:smile: http://x.example/1"))
    channel.deliver(a_message(text="下一条"))
    assert stream.getvalue() == LONG + "\n第二行 [bold]:smile: http://x.example/1\n下一条\n"


def test_a_terminal_gets_a_coloured_first_line(monkeypatch):
    """A real terminal (a pty): escape sequences around the first line, none in the second."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as terminal:  # noqa: PTH123 - a descriptor, no path
        ConsoleChannel(terminal).deliver(a_message())
        shown = os.read(ours, 4096).decode()
    os.close(ours)
    first, second, _ = shown.split("\r\n")
    assert "\x1b[1;33m【更新提醒】第一行\x1b[0m" == first
    assert second == "第二行"


def test_a_stream_that_cannot_say_chinese_gets_escapes():
    """The message is not lost, whatever the locale."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    ConsoleChannel(stream).deliver(a_message(text="提醒 ok"))
    assert raw.getvalue() == b"\\u63d0\\u9192 ok\n"


def test_a_broken_pipe_is_a_delivery_error():
    """The reader of the pipe is gone: the process goes on, the failure is told."""
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w", encoding="utf-8")
    with pytest.raises(DeliveryError, match="BrokenPipeError") as caught:
        ConsoleChannel(stream).deliver(a_message())
    assert caught.value.permanent
    with pytest.raises(BrokenPipeError):
        stream.close()


def test_a_closed_stream_is_a_delivery_error():
    """As at the end of a program that closed its output."""
    stream = io.StringIO()
    channel = ConsoleChannel(stream)
    stream.close()
    with pytest.raises(DeliveryError, match="the console takes no text"):
        channel.deliver(a_message())


def test_the_console_takes_replays():
    """A replay goes to console and file only."""
    channel: Channel = ConsoleChannel(io.StringIO())
    assert (channel.name, channel.replays) == ("console", True)
