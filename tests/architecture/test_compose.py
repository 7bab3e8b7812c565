"""docker-compose.yml says what it means: known keys only, references that lead somewhere, secrets from outside."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent

# The part of the compose specification that the file uses; anything else is a slip of the pen.
DURATION = {"type": "string", "pattern": r"^(\d+(ms|s|m|h))+$"}
TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
HEALTHCHECK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["test", "interval", "timeout", "retries"],
    "properties": {
        "test": TEXTS | {"items": [{"enum": ["CMD", "CMD-SHELL"]}], "additionalItems": {"type": "string"}},
        "interval": DURATION,
        "timeout": DURATION,
        "start_period": DURATION,
        "retries": {"type": "integer", "minimum": 1},
    },
}
CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
DEPENDENCY = {"type": "object", "additionalProperties": False, "properties": {"condition": {"enum": CONDITIONS}}}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "restart"],
    "properties": {
        "build": {"type": "string"},
        "image": {"type": "string", "pattern": r"^[\w./-]+(:[\w.-]+)?$"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "init": {"type": "boolean"},
        "command": TEXTS,
        "cpu_shares": {"type": "number"},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "depends_on": {"type": "object", "additionalProperties": DEPENDENCY},
        "volumes": TEXTS | {"items": {"type": "string", "pattern": r"^[\w./-]+:/[\w./-]+(:ro)?$"}},
        "ports": TEXTS | {"items": {"type": "string", "pattern": r"^(127\.0\.0\.1:)?\d+:\d+$"}},
        "expose": TEXTS | {"items": {"type": "string", "pattern": r"^\d+$"}},
        "healthcheck": HEALTHCHECK,
        "stop_grace_period": DURATION,
    },
}
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "required": ["services", "volumes"],
    "patternProperties": {"^x-": {}},
    "properties": {
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_file_follows_the_schema(compose):
    jsonschema.validate(compose, SCHEMA)


def test_every_part_is_there(compose):
    assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "postgres", "redis", "mail", "proxy"}


def test_dependencies_exist_and_can_be_met(compose):
    services = compose["services"]

    for service in services.values():
        for name, dependency in service.get("depends_on", {}).items():
            assert name in services
            if dependency["condition"] == "service_healthy":
                assert "healthcheck" in services[name]


def test_volumes_are_declared_and_files_exist(compose):
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if source.startswith(".") else source in compose["volumes"]


def test_attachments_are_out_of_the_proxys_reach(compose):
    assert not [volume for volume in compose["services"]["proxy"]["volumes"] if "private" in volume]


def test_variables_are_explained_in_the_example(compose):
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert used == explained


def test_secrets_have_no_default():
    text = (ROOT / "docker-compose.yml").read_text()

    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}([^}}]*)\}}", text)) == {f":?set {name} in .env"}
