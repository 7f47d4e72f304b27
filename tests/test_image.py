"""The image, without Docker: its Dockerfile line by line, and the script that holds a container."""

import contextlib
import os
import re
import signal
import subprocess
import tomllib

import pytest

from tests.compose_file import ROOT, services

pytestmark = pytest.mark.source_tree

HOLD = ROOT / "infra" / "compose" / "hold.sh"
DOCKERFILE = ROOT / "Dockerfile"
KNOWN = {"FROM", "RUN", "ENV", "WORKDIR", "COPY", "LABEL", "USER", "ENTRYPOINT", "CMD"}


@pytest.fixture
def held(tmp_path):
    """A program that ends with the code it is given, under infra/compose/hold.sh."""
    program = tmp_path / "xuncha"
    program.write_text(
        '#!/bin/sh\ntrap "exit 0" TERM\n[ "$1" = wait ] || exit "$1"\necho up\nsleep 60 & wait\n'
    )
    program.chmod(0o755)
    started = []

    def start(word):
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path)}
        pipe = subprocess.PIPE
        line = ["sh", str(HOLD), word]
        process = subprocess.Popen(
            line, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        end_group(process)


def end_group(process):
    """Kill a process with all that it started, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("code", [0, 1, 2, 75])
def test_an_end_is_handed_on(held, code, tmp_path):
    """Docker starts the container again, whatever the code."""
    assert held(str(code)).wait(10) == code
    assert not (tmp_path / "xuncha-held").exists()


def test_a_poisoned_process_is_held(held, tmp_path):
    """After 65 the container stays, unhealthy, and says so; a stop ends it at once, and a new start is healthy."""
    for _ in range(
        100
    ):  # a stop within the moment in which the shell starts its sleep was lost in one of twenty
        process = held("65")
        assert "held" in process.stderr.readline()
        assert (tmp_path / "xuncha-held").exists()
        assert process.poll() is None
        process.terminate()
        assert process.wait(10) == 65
    again = held("wait")
    assert again.stdout.readline() == "up\n"
    assert not (tmp_path / "xuncha-held").exists()


def test_a_stop_reaches_the_process(held):
    """The signal of `docker stop` goes through, and the code of a clean end comes back, whenever the signal comes."""
    for _ in range(60):
        process = held("wait")
        assert process.stdout.readline() == "up\n"
        process.terminate()
        assert process.wait(10) == 0


def instructions():
    """Return the instructions of the Dockerfile, one a line, with their words."""
    text = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE))
    return [(line.split()[0], line.split()[1:]) for line in text.splitlines() if line.strip()]


def test_the_dockerfile_builds_from_what_is_there():
    """Bases are pinned, stages named before use, sources there and not ignored, and the user is no root."""
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    stages, last = [], {}
    for name, words in instructions():
        assert name in KNOWN, name
        last[name] = words
        if name == "FROM":
            assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", words[0])
            assert words[1] == "AS"
            stages.append(words[2])
            last = {}
        if name == "COPY":
            options = [w for w in words if w.startswith("--")]
            for source in [w for w in words if w not in options][:-1]:
                origin = next((o.removeprefix("--from=") for o in options if o.startswith("--from=")), None)
                assert origin is None or origin in stages[:-1]
                if origin is None:
                    assert (ROOT / source).exists(), source
                    assert f"!{source.split('/')[0]}" in ignored, source
    assert len(stages) == 2
    assert last["USER"] == [services()["worker"]["user"]]
    assert last["ENTRYPOINT"] == ['["xuncha"]']
    assert "HEALTHCHECK" not in last


def test_the_dockerfile_takes_the_tools_of_the_makefile():
    """One uv for both, the pins as they are, no tools of development, the version of the project."""
    text = DOCKERFILE.read_text("utf-8")
    wanted = re.search(r"^UV_VERSION := (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE).group(1)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"uv=={wanted}\n" in text
    assert "COPY infra/python/requirements.txt ./\n" in text
    assert "uv pip sync --require-hashes requirements.txt\n" in text
    assert "uv pip install --no-deps .\n" in text
    assert text.count("uv pip") == 2
    assert f'image.version="{version}"' in text


def pins(name: str) -> dict[str, str]:
    """Return version and marker of each library that a file of pins names."""
    text = (ROOT / "infra/python" / name).read_text("utf-8")
    assert "://" not in text, "whoever installs from a mirror has other addresses"
    found = re.findall(r"^([\w.-]+)(==[^\\\n]+)\\\n {4}--hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\w", text, re.MULTILINE)), "each one has a version and hashes"
    return dict(found)


def test_image_and_development_run_the_same_versions():
    """Of all that the project names, and of what that needs in turn."""
    image, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert image.items() <= development.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    named = {re.match(r"[\w.-]+", each).group().lower() for each in project["project"]["dependencies"]}
    tools = {re.match(r"[\w.-]+", each).group().lower() for each in project["dependency-groups"]["dev"]}
    assert named <= image.keys()
    assert tools <= development.keys()
    assert not {"pytest", "mypy", "ruff"} & image.keys()
