import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import structlog

from connectors.notify.channel import Channel, DeliveryError
from connectors.notify.jsonl_file import FileChannel
from connectors.notify.message import Message
from tests.connectors.notify.conftest import a_message

ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "alerts.jsonl"


def ids_of(path):
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


def test_a_message_is_one_line_that_reads_back(path):
    """Line breaks in the text don't break the line, and nothing is lost."""
    message = a_message(text="一\n二\u2028三\r四")
    FileChannel(path).deliver(message)
    (line,) = path.read_bytes().split(b"\n")[:-1]
    assert msgspec.json.decode(line, type=Message) == message


def test_an_id_stands_once(path):
    """Sent again by the same channel, and by a new one after a restart."""
    channel = FileChannel(path)
    for number in (1, 2, 1):
        channel.deliver(a_message(number))
    again = FileChannel(path)
    for number in (2, 3):
        again.deliver(a_message(number))
    assert ids_of(path) == [str(a_message(n).id) for n in (1, 2, 3)]


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_line_is_closed_off_and_its_message_sent_again(path, cut):
    """The torn line stays as it is, the next stands on a line of its own, and the damage is logged."""
    FileChannel(path).deliver(a_message(1))
    whole = path.read_bytes()
    torn = msgspec.json.encode(a_message(2))[:cut]
    path.write_bytes(whole + torn)
    with structlog.testing.capture_logs() as logs:
        FileChannel(path).deliver(a_message(2))
    assert path.read_bytes() == whole + torn + b"\n" + msgspec.json.encode(a_message(2)) + b"\n"
    assert [entry["lines"] for entry in logs] == [1]


def test_a_whole_line_that_lacks_only_its_newline_counts(path):
    """Its message is there; the next one closes it off."""
    path.write_bytes(msgspec.json.encode(a_message(1)))
    channel = FileChannel(path)
    channel.deliver(a_message(1))
    channel.deliver(a_message(2))
    assert ids_of(path) == [str(a_message(n).id) for n in (1, 2)]


def test_lines_of_others_are_left_alone(path):
    """Text, bytes and JSON that are no messages neither stop the channel nor are changed."""
    foreign = b'# note\n\xff\xfe\n{"id": 7}\n[]\n\n'
    path.write_bytes(foreign)
    FileChannel(path).deliver(a_message(1))
    assert path.read_bytes() == foreign + msgspec.json.encode(a_message(1)) + b"\n"


def test_a_file_that_is_moved_away_is_begun_anew(path):
    """As log rotation does, without a restart."""
    channel = FileChannel(path)
    channel.deliver(a_message(1))
    path.rename(path.with_suffix(".old"))
    channel.deliver(a_message(2))
    assert ids_of(path) == [str(a_message(2).id)]


def test_a_missing_folder_is_a_passing_failure(tmp_path):
    """Nothing was written; once the folder is there, the same channel delivers."""
    path = tmp_path / "away" / "alerts.jsonl"
    channel = FileChannel(path)
    with pytest.raises(DeliveryError, match=r"alerts\.jsonl cannot be written") as caught:
        channel.deliver(a_message(1))
    assert (caught.value.permanent, caught.value.unknown) == (False, False)
    path.parent.mkdir()
    channel.deliver(a_message(1))
    assert ids_of(path) == [str(a_message(1).id)]


@pytest.fixture
def disk_full_after():
    """Let files grow to a size and no further: a limit of the process stands in for a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard) if size else (soft, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, former)


def test_a_full_disk_tears_a_line_that_the_next_send_repairs(path, disk_full_after):
    """The kernel takes a part of the line; once there is room, the message follows on a line of its own."""
    channel = FileChannel(path)
    channel.deliver(a_message(1))
    whole = path.read_bytes()
    disk_full_after(len(whole) + 100)
    with pytest.raises(DeliveryError, match="only a part") as caught:
        channel.deliver(a_message(2))
    assert (caught.value.permanent, caught.value.unknown) == (False, True)
    assert path.stat().st_size == len(whole) + 100
    disk_full_after(None)
    channel.deliver(a_message(2))
    first, torn, second = path.read_bytes().splitlines()
    assert first + b"\n" == whole
    assert second == msgspec.json.encode(a_message(2))
    assert second.startswith(torn)


def test_a_full_disk_that_takes_all_but_the_newline_has_taken_the_message(path, disk_full_after):
    """The line is whole, so the same message is not written twice, by the same channel either."""
    channel = FileChannel(path)
    disk_full_after(len(msgspec.json.encode(a_message(1))))
    with pytest.raises(DeliveryError) as caught:
        channel.deliver(a_message(1))
    assert caught.value.unknown
    disk_full_after(None)
    channel.deliver(a_message(1))
    channel.deliver(a_message(2))
    assert ids_of(path) == [str(a_message(n).id) for n in (1, 2)]


def test_kill_9_keeps_every_acknowledged_line_once(path):
    """A process is killed while it appends and starts again from the first message, three times."""
    command = [sys.executable, "-m", "tests.connectors.notify.appender", str(path)]
    acknowledged = 0
    for kill_after in (1, 40, 90):
        with subprocess.Popen([*command, "100000"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                acknowledged = max(acknowledged, int(line))
                if int(line) >= kill_after:
                    process.kill()
                    break
            for line in process.stdout:  # what it had said before it died
                acknowledged = max(acknowledged, int(line))
        assert process.returncode == -signal.SIGKILL
        lines = path.read_bytes().split(b"\n")
        ids = [json.loads(line)["id"] for line in lines[:-1] if line]
        assert ids[: acknowledged + 1] == [str(a_message(n).id) for n in range(acknowledged + 1)]
        assert len(ids) == len(set(ids))
    subprocess.run([*command, str(acknowledged + 5)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    assert sorted(ids_of(path)) == sorted(
        {str(a_message(n).id) for n in range(max(acknowledged + 5, len(ids)))}
    )


def test_the_file_takes_replays(path):
    """A replay goes to console and file only."""
    channel: Channel = FileChannel(path)
    assert (channel.name, channel.replays) == ("file", True)
