"""docker-compose.yml, without Docker: its schema, and that all it names exists."""

import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET

import jsonschema
import pytest
import typer
import yaml

from pipeline.cli.program import app
from pipeline.home.settings import load_settings
from pipeline.runtime.kafka.app import STOP_WITHIN_S
from tests.compose_file import (
    COMPOSE,
    HOME,
    ROOT,
    SCHEMA,
    VARIABLE,
    check_of,
    command_of,
    filled,
    in_order,
    read_compose,
    services,
)

pytestmark = pytest.mark.source_tree

EXAMPLE = ROOT / ".env.example"
FOLDER = ROOT / "infra" / "compose"
ONCE = ("topics", "users", "migrate")
PROCESSES = ("worker", "sink", "notifier", "patrol", "console", "ticker", "lag")
XUNCHA = (*ONCE, *PROCESSES, "xuncha")
SERVICES = ("kafka", "clickhouse", *XUNCHA, "grafana")
PASSWORDS = (
    "XUNCHA_ADMIN_PASSWORD",
    "XUNCHA_WRITER_PASSWORD",
    "XUNCHA_BI_PASSWORD",
    "XUNCHA_GRAFANA_PASSWORD",
)
HELD = "/tmp/xuncha-held"  # noqa: S108 (in a container, whose /tmp is its own)
NOT_ROOT = {"apache/kafka"}  # images that have a user of their own
OF_IMAGES = {  # variables that images of others document; settings of Kafka are checked on a real broker
    "apache/kafka": {"CLUSTER_ID", "KAFKA_HEAP_OPTS"},
    "clickhouse/clickhouse-server": {"CLICKHOUSE_SKIP_USER_SETUP"},
    "grafana/grafana": {
        "GF_SECURITY_ADMIN_PASSWORD",
        "GF_USERS_ALLOW_SIGN_UP",
        "GF_AUTH_ANONYMOUS_ENABLED",
        "GF_ANALYTICS_REPORTING_ENABLED",
        "GF_ANALYTICS_CHECK_FOR_UPDATES",
        "GF_PLUGINS_PREINSTALL",
        "XUNCHA_BI_PASSWORD",  # which the provisioned data source names
    },
}


def parsed(words):
    """Parse a command line as the program would, without running it; raises what the program would complain of."""
    command = typer.main.get_command(app)
    context = command.make_context("xuncha", list(words))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)
    return context


def example():
    """Return the variables of .env.example."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def variables_of_the_program():
    """Return the variables that command line, mounted settings and their examples name."""
    root = typer.main.get_command(app)
    names = {p.envvar for p in root.params if getattr(p, "envvar", None)}
    migrate = root.get_command(None, "migrate")
    names |= {p.default for p in migrate.params if p.metavar == "VARIABLE"}
    for file in FOLDER.glob("*.toml"):
        names |= set(re.findall(r'_from = "(\w+)"', file.read_text("utf-8")))
    return names


def test_it_follows_the_specification():
    """Every key is one that Compose knows, with a value of its type; a key that is misspelt would be found."""
    jsonschema.validate(read_compose(), SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            read_compose(COMPOSE.read_text("utf-8").replace("read_only:", "readonly:")), SCHEMA
        )
    with pytest.raises(yaml.YAMLError, match="stands twice"):
        read_compose("services:\n  a:\n    image: x\n    image: y\n")


def test_what_it_refers_to_is_there():
    """Dependencies, volumes and networks are declared, mounted files exist, and what is declared is used."""
    file = read_compose()
    assert sorted(file["services"]) == sorted(SERVICES)
    volumes, networks = set(), set()
    for name, service in services().items():
        assert service.get("depends_on", {}).keys() <= file["services"].keys(), name
        networks |= set(service["networks"])
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), f"{name} mounts {source}"
                assert mount.endswith(":ro"), f"{name} may write {source}"
            else:
                volumes.add(source)
    assert volumes == file["volumes"].keys()
    assert networks == file["networks"].keys()


def test_what_waits_can_be_waited_for():
    """Healthy needs a health check, completed needs a service that ends, and nothing waits in a ring."""
    found = services()
    order = list(in_order(found))
    for name, service in found.items():
        for other, wait in service.get("depends_on", {}).items():
            assert order.index(other) < order.index(name)
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in found[other], other
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert found[other]["restart"] == "no", other
    assert found["worker"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", XUNCHA)
def test_its_commands_exist(name):
    """What a container runs, and what its health check runs, is a command of the program with these options."""
    service = services()[name]
    lines = [line for line in (command_of(service), check_of(service)) if line not in (None, ["--help"])]
    assert lines or name in ("lag", "xuncha")
    for line in lines:
        assert parsed(line).command is not None


def test_a_command_that_does_not_exist_would_be_found():
    """The parser is the program's own: it refuses another command and another option."""
    for line in (["works"], ["lag", "--stuck"], ["topics", "make"], ["worker", "more"]):
        with pytest.raises(Exception, match=r"No such|unexpected"):
            parsed(line)


@pytest.mark.parametrize("name", SERVICES)
def test_its_variables_exist(name):
    """Every variable that a container is given is read by what runs in it."""
    service = services()[name]
    given = set(service.get("environment", {}))
    if name in XUNCHA:
        known = variables_of_the_program()
    else:
        known = OF_IMAGES[service["image"].split(":")[0]]
        users = ET.parse(FOLDER / "clickhouse-users.xml")  # noqa: S314 (a file of ours)
        known = known | {e.get("from_env") for e in users.iter() if name == "clickhouse"}
        given = {v for v in given if not (name == "kafka" and v.startswith("KAFKA_") and v not in known)}
    assert given <= known, given - known


@pytest.mark.parametrize("name", XUNCHA)
def test_its_settings_load(name, tmp_path):
    """The settings file mounted into a container is one, also with its examples; the password it names is given."""
    service = services()[name]
    mounted = [m.split(":")[0] for m in service["volumes"] if m.split(":")[1] == f"{HOME}/xuncha.toml"]
    text = (ROOT / mounted[0]).read_text("utf-8")
    (tmp_path / "xuncha.toml").write_text(text, "utf-8")
    settings = load_settings(tmp_path)
    assert settings.clickhouse is not None
    environment = service["environment"]
    if "XUNCHA_CLICKHOUSE" in environment:
        assert settings.clickhouse.url == environment["XUNCHA_CLICKHOUSE"]
        assert settings.clickhouse.password_from in environment
    (tmp_path / "xuncha.toml").write_text(re.sub(r"^# (\[|\w+ = )", r"\1", text, flags=re.MULTILINE), "utf-8")
    assert (load_settings(tmp_path).webhook is not None) == ("[webhook]" in text)


def test_its_users_are_those_of_the_server():
    """The administrator of the settings is the one user the server begins with; the writer is made by it."""
    users = ET.parse(FOLDER / "clickhouse-users.xml").getroot().find("users")  # noqa: S314 (a file of ours)
    assert [(u.tag, u.get("remove")) for u in users] == [("default", "remove"), ("xuncha_admin", None)]
    ET.parse(FOLDER / "clickhouse-config.xml")  # noqa: S314 (a file of ours)
    made = (ROOT / "infra" / "clickhouse" / "users" / "0002_users.sql").read_text("utf-8")
    of = {
        f: tomllib.loads((FOLDER / f).read_text("utf-8"))["clickhouse"]["user"]
        for f in ("xuncha.toml", "admin.toml")
    }
    assert of["admin.toml"] == "xuncha_admin"
    assert f"CREATE USER IF NOT EXISTS {of['xuncha.toml']} " in made


def test_every_variable_is_explained():
    """What the file takes from outside stands in .env.example, and nothing else does; passwords have no default."""
    text = COMPOSE.read_text("utf-8")
    asked = {match.group(1): match.group(2) for match in VARIABLE.finditer(text)}
    assert asked.keys() == example().keys()
    assert {name for name, kind in asked.items() if kind == ":?"} == set(PASSWORDS)
    assert not any(
        value for name, value in example().items() if "PASSWORD" in name or "AUTHORIZATION" in name
    )
    with pytest.raises(KeyError, match="PASSWORD"):
        filled(text, example())


def test_no_password_stands_in_a_file():
    """A password is a variable wherever one is given."""
    values = dict.fromkeys(PASSWORDS, "chosen-by-the-operator")
    full = read_compose(filled(COMPOSE.read_text("utf-8"), values))["services"]
    for name, service in full.items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable:
                assert value == "chosen-by-the-operator", f"{variable} of {name}"
    for file in FOLDER.iterdir():
        assert not re.search(r"<password>|password\s*=\s*\"", file.read_text("utf-8")), file.name


def test_only_who_needs_a_password_has_it():
    """The administrator's password is known to the server and to what makes users; workers know none."""
    having = {p: {n for n, s in services().items() if p in s.get("environment", {})} for p in PASSWORDS}
    assert having["XUNCHA_ADMIN_PASSWORD"] == {"clickhouse", "users"}
    assert having["XUNCHA_BI_PASSWORD"] == {"users", "grafana"}
    assert having["XUNCHA_WRITER_PASSWORD"] == {"users", "migrate", "sink", "console", "xuncha"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_confined(name):
    """No rights, no root, a bounded log and bounded resources; ports only on this machine; images of one release."""
    service = services()[name]
    image, _, tag = service["image"].rpartition(":")
    assert re.fullmatch(r"\d+\.\d+\.\d+", tag)
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("user", "0:0") != "0:0" or image in NOT_ROOT
    assert service.get("read_only") or image in NOT_ROOT
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    limits = service["deploy"]["resources"]["limits"]
    assert limits.keys() == {"cpus", "memory", "pids"}
    assert float(limits["cpus"]) <= 2, (
        "Docker refuses to start a container that may use more cores than there are"
    )
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_image_is_of_this_release():
    """The tag is the project's version; ClickHouse is the release of the embedded engine, which gives the same rows."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {services()[name]["image"] for name in XUNCHA} == {f"xuncha:{version}"}
    ask = "import chdb; print(chdb.query('SELECT version()', 'TSVRaw'))"  # a process of its own: one engine each
    engine = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
    assert engine.startswith(services()["clickhouse"]["image"].partition(":")[2] + ".")


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_started_again_and_has_time_to_drain(name):
    """Restarts hold over a reboot; the pause at the end is longer than what a process takes at most."""
    service = services()[name]
    assert service["init"]
    assert float(service["stop_grace_period"].removesuffix("s")) > STOP_WITHIN_S
    if name != "lag":
        assert service["entrypoint"] == ["xuncha-hold"]
        assert service["healthcheck"]["test"] == ["CMD", "test", "!", "-e", HELD]
