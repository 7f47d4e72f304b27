"""docker-compose.yml as tests read it: without Docker, but strictly."""

import re
from collections.abc import Hashable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
SETTINGS = ROOT / "infra" / "compose" / "xuncha.toml"
HOME = "/var/lib/xuncha"
PROGRAM = "xuncha"
HOLDER = "xuncha-hold"
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}")

_WORD = {"type": "string", "minLength": 1}
_WORDS = {"type": "array", "items": _WORD}
_TIME = {"type": "string", "pattern": r"^(\d+[hms])+$"}
_SIZE = {"type": "string", "pattern": r"^\d+[kmg]$"}
_ENVIRONMENT = {"type": "object", "additionalProperties": {"type": ["string", "integer"]}}


def _closed(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has some of these keys and no other."""
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object whose keys are names."""
    return {"type": "object", "patternProperties": {"^[a-z]+$": schema}, "additionalProperties": False}


_CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
_LIMITS = _closed(cpus={"type": "string", "pattern": r"^\d+\.\d$"}, memory=_SIZE, pids={"type": "integer"})
_SERVICE = _closed(
    image=_WORD,
    build=_WORD,
    pull_policy={"enum": ["always", "never", "missing", "build"]},
    profiles=_WORDS,
    user={"type": "string", "pattern": r"^\d+:\d+$"},
    init={"type": "boolean"},
    entrypoint=_WORDS,
    command=_WORDS,
    environment=_ENVIRONMENT,
    restart={"enum": ["no", "always", "on-failure", "unless-stopped"]},
    stop_grace_period=_TIME,
    depends_on=_named(_closed(condition={"enum": _CONDITIONS})),
    healthcheck=_closed(
        test={"type": "array", "items": _WORD, "contains": {"enum": ["CMD", "CMD-SHELL"]}},
        interval=_TIME,
        timeout=_TIME,
        retries={"type": "integer", "minimum": 1},
        start_period=_TIME,
        start_interval=_TIME,
    ),
    ports=_WORDS,
    volumes=_WORDS,
    tmpfs=_WORDS,
    networks=_WORDS,
    read_only={"type": "boolean"},
    cap_drop=_WORDS,
    security_opt=_WORDS,
    ulimits=_named(_closed(soft={"type": "integer"}, hard={"type": "integer"})),
    logging=_closed(driver=_WORD, options=_closed(**{"max-size": _SIZE, "max-file": _WORD})),
    deploy=_closed(replicas={"type": "integer", "minimum": 1}, resources=_closed(limits=_LIMITS)),
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": _WORD,
        "services": _named(_SERVICE),
        "volumes": _named({"type": "null"}),
        "networks": _named({"type": "object", "properties": {"internal": {"type": "boolean"}}}),
    },
    "patternProperties": {"^x-": {}},
    "additionalProperties": False,
}
"""The part of the Compose specification that the file uses, with the types it gives; any other key is refused."""


class _Strict(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML's own loader takes the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"{COMPOSE.name}, line {node.start_mark.line + 1}: {twice} stands twice")
        return super().construct_mapping(node, deep)


def read_compose(text: str | None = None) -> dict[str, Any]:
    """Return the file with its anchors merged and its variables as they stand."""
    return deepcopy(_loaded(text or COMPOSE.read_text("utf-8")))


@cache
def _loaded(text: str) -> dict[str, Any]:
    """Load a file; its loader is slow, and every test asks for the same one."""
    loaded: dict[str, Any] = yaml.load(text, _Strict)  # noqa: S506 (a safe loader)
    return loaded


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read_compose()["services"]
    return found


def in_order(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the services so that each comes after those that it depends on."""
    waiting = dict(found)
    while waiting:
        ready = [name for name, s in waiting.items() if not waiting.keys() & s.get("depends_on", {}).keys()]
        assert ready, f"{sorted(waiting)} wait for one another"
        for name in ready:
            del waiting[name]
        yield from ready


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of variables, as Compose does; raises `KeyError` for one that is required."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if values.get(name):
            return values[name]
        if kind == ":?":
            raise KeyError(name)
        return rest or ""

    return VARIABLE.sub(value, text)


def command_of(service: Mapping[str, Any]) -> list[str] | None:
    """Return the words after `xuncha` that a service runs, None where it runs something else."""
    if service["image"].partition(":")[0] != PROGRAM:
        return None
    entrypoint: list[str] = service.get("entrypoint", [PROGRAM])  # as the Dockerfile has it
    return list(service["command"]) if entrypoint in ([PROGRAM], [HOLDER]) else None


def check_of(service: Mapping[str, Any]) -> list[str] | None:
    """Return the words after `xuncha` of a health check, None where there is none or another."""
    test: list[str] = service.get("healthcheck", {}).get("test", [])
    return test[2:] if test[:2] == ["CMD", PROGRAM] else None
