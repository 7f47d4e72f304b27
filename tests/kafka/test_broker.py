"""The node for development and tests: start, stop, kill, start again, and what it says when it cannot."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from connectors.kafka.client import admin
from connectors.kafka.cluster import Cluster
from tests.kafka_broker import SCRIPT, Broker

DEADLINE_S = 60
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}  # as /proc/net/tcp and tcp6 write 127.0.0.1
GONE = {"", "Z"}


def script(
    *arguments: str, path: Path = Path(SCRIPT), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(path), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while state(pid) not in GONE:
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def write(broker: Broker, topic: str, values: range) -> None:
    """Append values; on return they are acknowledged."""
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap)
    for value in values:
        producer.send(topic, str(value).encode(), partition=0)
    producer.flush()
    producer.close()


def read(broker: Broker, topic: str) -> list[int]:
    place = TopicPartition(topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    consumer.assign([place])
    end = consumer.end_offsets([place])[place]
    values: list[int] = []
    while consumer.position(place) < end:
        values += [int(m.value) for m in consumer.poll(1_000).get(place, ())]
    consumer.close()
    return values


def make_topic(broker: Broker, topic: str) -> None:
    with admin(Cluster(broker.bootstrap)) as client:
        client.create_topics({topic: {"num_partitions": 1}}, wait_for_metadata=True)


@pytest.mark.slow
def test_a_node_survives_stop_and_kill_with_its_records(own_broker):
    """Stopped in order or killed amid its life, it comes back in its folder, at its port, with what it acknowledged."""
    own_broker.start()
    make_topic(own_broker, "t")
    write(own_broker, "t", range(100))
    first = own_broker.pid
    own_broker.stop()
    wait_until_gone(first)  # its folder is free before the kernel has put it away
    own_broker.start()
    assert read(own_broker, "t") == list(range(100))
    write(own_broker, "t", range(100, 200))
    second = own_broker.pid
    own_broker.kill()
    wait_until_gone(second)
    own_broker.start()
    assert own_broker.pid not in {first, second}
    assert read(own_broker, "t") == list(range(200))


@pytest.mark.slow
def test_the_script_says_what_is_the_case(own_broker):
    """Status, a second start and a second stop tell the truth and change nothing."""
    data = ("--data", str(own_broker.folder))
    assert script("status", *data).returncode == 1
    own_broker.start()
    pid = own_broker.pid
    assert re.search(rf"process {pid}, .*127\.0\.0\.1:{own_broker.port},", script("status", *data).stdout)
    again = script("start", *data)
    assert (again.returncode, again.stdout.split(":")[0]) == (0, "Kafka runs already")
    assert own_broker.pid == pid
    own_broker.stop()
    assert script("status", *data).returncode == 1
    stopped = script("stop", *data)
    assert (stopped.returncode, stopped.stdout.split(" in ")[0]) == (0, "Kafka does not run")


@pytest.fixture
def sleeper():
    """Another program."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


@pytest.mark.slow
def test_a_stale_process_number_is_not_taken_for_the_node(own_broker, sleeper):
    """After a crash the number may belong to another program: that one is neither the node nor stopped."""
    own_broker.folder.mkdir()
    (own_broker.folder / "broker.pid").write_text(f"{sleeper.pid}\n")
    own_broker.stop()
    assert sleeper.poll() is None
    own_broker.start()
    assert own_broker.pid != sleeper.pid


def test_only_this_machine_reaches_the_node(broker):
    """Broker and controller listen on loopback alone: there is no password."""
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{broker.pid}/net/{name}").read_text().splitlines()[1:]
    ]
    listening = dict(reversed(fields[1].split(":")) for fields in lines if fields[3] == "0A")
    for port in (broker.port, broker.controller_port):
        assert listening[f"{port:04X}"] in LOOPBACK


def test_a_name_misspelt_makes_no_topic(broker):
    """Topics are made by `xuncha topics apply` and by nothing else."""
    with admin(Cluster(broker.bootstrap)) as client:
        client.describe_topics(["fatcs"])
        assert "fatcs" not in client.list_topics()


@pytest.mark.slow
def test_the_node_ends_with_its_owner(own_broker, sleeper):
    """A run of tests that is killed leaves no broker behind."""
    ports = ("--port", str(own_broker.port), "--controller-port", str(own_broker.controller_port))
    done = script("start", "--data", str(own_broker.folder), *ports, "--owner", str(sleeper.pid))
    assert done.returncode == 0, done.stderr
    pid = own_broker.pid
    sleeper.kill()
    sleeper.wait()
    wait_until_gone(pid)


@pytest.mark.slow
def test_a_port_that_is_taken_is_told(own_broker):
    """The start fails, names the cause, and leaves nothing behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_broker.port))
        taken.listen()
        ports = ("--port", str(own_broker.port), "--controller-port", str(own_broker.controller_port))
        done = script("start", "--data", str(own_broker.folder), *ports)
    assert done.returncode == 1
    assert f"127.0.0.1:{own_broker.port}: Address already in use" in done.stderr
    assert script("status", "--data", str(own_broker.folder)).returncode == 1
    assert not (own_broker.folder / "broker.pid").exists()


@pytest.fixture
def elsewhere(tmp_path):
    """The script in a project without jars, and a folder of programs that has what every system has."""
    folder = tmp_path / "project" / "infra" / "kafka"
    shutil.copytree(Path(SCRIPT).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "cat", "cksum", "cut", "dirname", "mkdir", "mktemp", "ps", "rm", "tail"):
        (programs / name).symlink_to(str(shutil.which(name)))
    return folder / "kafka.sh", programs


def program(path: Path, text: str = "") -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("action", ["start", "jars"])
def test_without_java_it_says_so(elsewhere, action):
    """The exit code tells "cannot run here" from "went wrong"."""
    path, programs = elsewhere
    done = script(action, path=path, PATH=str(programs))
    assert done.returncode == 69
    assert "java is missing: install a Java runtime, 17 or later" in done.stderr


def test_without_maven_it_says_so(elsewhere):
    """Maven is needed once, to fetch the jars."""
    path, programs = elsewhere
    program(programs / "java")
    done = script("start", path=path, PATH=str(programs))
    assert done.returncode == 69
    assert "mvn is missing: install Maven" in done.stderr


def test_jars_that_cannot_be_fetched_are_told_and_not_kept(elsewhere):
    """Half a folder of jars is never taken for a whole one."""
    path, programs = elsewhere
    program(programs / "java")
    program(programs / "mvn", "echo '[ERROR] no way to the repository'; exit 1")
    done = script("start", path=path, PATH=str(programs))
    assert done.returncode == 1
    assert "no way to the repository" in done.stderr
    assert "Maven could not fetch the jars" in done.stderr
    assert list(path.parents[2].glob(".kafka/*")) == []


@pytest.mark.parametrize("arguments", [["begin"], ["start", "--ports", "1"], ["start", "--port"]])
def test_wrong_use_is_told(arguments):
    """A word that the script doesn't know is an error, not a default."""
    done = script(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("kafka.sh: ")
