"""docker-compose.yml is what the compose specification allows, and what the documentation says."""

from __future__ import annotations

import copy
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fastjsonschema
import pytest
import yaml
from dotenv import dotenv_values

from workbook.postgres import binaries

ROOT = Path(__file__).parents[1]
FILE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
POSTGRES = FILE["services"]["postgres"]
URL = dotenv_values(ROOT / ".env.example", encoding="utf-8")["DATABASE_URL"] or ""

NAME = "^[a-zA-Z0-9._-]+$"
DURATION = {"type": "string", "pattern": "^([0-9]+(us|ms|s|m|h))+$"}
STRINGS = {"type": "array", "items": {"type": "string"}}

# The rules of the specification (github.com/compose-spec) for the keys that we use; others are refused as unknown.
RULES = {
    "type": "object",
    "required": ["services"],
    "additionalProperties": False,
    "properties": {
        "services": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "patternProperties": {
                NAME: {
                    "type": "object",
                    "required": ["image"],
                    "additionalProperties": False,
                    "properties": {
                        "image": {"type": "string"},
                        "environment": {
                            "type": "object",
                            "patternProperties": {".+": {"type": ["string", "number", "boolean", "null"]}},
                        },
                        # host address, host port, container port; unquoted, YAML 1.1 reads 22:22 as a number
                        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^[\d.]+:\d+:\d+$"}},
                        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[\w.-]+:/[\w/]+$"}},
                        "healthcheck": {
                            "type": "object",
                            "required": ["test"],
                            "additionalProperties": False,
                            "properties": {
                                "test": {"anyOf": [{"type": "string"}, STRINGS]},
                                "interval": DURATION,
                                "timeout": DURATION,
                                "start_period": DURATION,
                                "retries": {"type": ["number", "string"]},
                            },
                        },
                    },
                }
            },
        },
        "volumes": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {NAME: {"type": ["object", "null"]}},
        },
    },
}
validate = fastjsonschema.compile(RULES)


def test_compose_follows_the_specification() -> None:
    """Every key is one that it knows, with a value of the kind that it takes."""
    validate(FILE)


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(lambda file: file.update(service={}), id="unknown-key"),
        pytest.param(lambda file: file["services"]["postgres"].update(volume=[]), id="unknown-key-of-service"),
        pytest.param(lambda file: file["services"]["postgres"].update(ports=5433), id="ports-no-list"),
        pytest.param(lambda file: file["services"]["postgres"].update(ports=[1_300_212]), id="port-read-as-number"),
        pytest.param(lambda file: file["services"]["postgres"]["healthcheck"].update(test=1), id="test-no-command"),
        pytest.param(lambda file: file["services"]["postgres"]["healthcheck"].update(interval=2), id="no-unit"),
        pytest.param(lambda file: file.update(volumes=["data"]), id="volumes-no-mapping"),
    ],
)
def test_compose_rules_find_a_slip(slip: Callable[[dict[str, Any]], object]) -> None:
    """The rules above are not there for show."""
    broken = copy.deepcopy(FILE)
    slip(broken)
    with pytest.raises(fastjsonschema.JsonSchemaException):
        validate(broken)


def test_compose_runs_the_major_version_that_the_workbook_brings() -> None:
    """What a learner sees is the same in both; the patch releases come by themselves."""
    said = subprocess.run(
        [binaries.program("postgres"), "--version"], capture_output=True, encoding="utf-8", check=True
    )
    major = re.search(r"\d+", said.stdout)
    assert major
    assert POSTGRES["image"] == f"postgres:{major[0]}"


def test_compose_keeps_its_data_where_the_image_wants_it() -> None:
    """In a volume with a name, mounted above the folder of the version, as the image asks from 18 on."""
    assert POSTGRES["volumes"] == ["data:/var/lib/postgresql"]
    assert "data" in FILE["volumes"]


def test_compose_is_well_when_the_real_server_answers() -> None:
    """The server that prepares the data listens on a socket file only and must not count."""
    user, name = POSTGRES["environment"]["POSTGRES_USER"], POSTGRES["environment"]["POSTGRES_DB"]
    assert POSTGRES["healthcheck"]["test"] == [
        "CMD", "pg_isready", "--host=127.0.0.1", f"--username={user}", f"--dbname={name}",
    ]  # fmt: skip


def test_compose_and_the_example_name_the_same_credentials() -> None:
    """Copied as it is, .env.example leads to this server."""
    parts = urlsplit(URL)
    assert POSTGRES["environment"] == {
        "POSTGRES_USER": parts.username,
        "POSTGRES_PASSWORD": parts.password,
        "POSTGRES_DB": parts.path.lstrip("/"),
    }


def test_compose_and_the_example_name_the_same_port() -> None:
    """And it is open to this machine alone, because everybody knows the password."""
    parts = urlsplit(URL)
    assert POSTGRES["ports"] == [f"127.0.0.1:{parts.port}:5432"]
    assert parts.hostname == "127.0.0.1"


@pytest.mark.parametrize("file", sorted(ROOT.glob("*.md")), ids=lambda file: file.stem)
def test_compose_and_the_prose_name_the_same_credentials(file: Path) -> None:
    """Every URL with a password in the documents is the one of the example."""
    found = re.findall(r"postgres\w*(?:\+\w+)?://[^\s`\"')]+@[^\s`\"')]+", file.read_text(encoding="utf-8"))
    assert set(found) <= {URL, URL.replace("+psycopg2", "")}
