"""The OpenAPI document is what the process does: schemathesis asks everything that it allows, and what it does not.

What an operator with a key may ask, which is everything. No input is a server error, and every answer has a status,
a type and a form that the document names. `make fuzz` asks more.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.admin_api.answers import told
from tests.cli.shell import DEMO_CONFIG
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_process import WITH_RECORDER, VenueProcess
from tests.support.waiting import wait_until
from venue.config import RecorderConfig
from venue.errors import OperatorError
from venue.recorder.database import history_url
from venue.recorder.reading import open_history

EXAMPLES: Final = os.environ.get("API_FUZZ_EXAMPLES", "4")  # of each operation, besides those of each boundary
SEED: Final = os.environ.get("VENUE_FUZZ_SEED", "")
CHANCE: Final = ["--seed", SEED] if SEED else ["--generation-deterministic"]
PATIENCE_S: Final = 3_600
SCHEMATHESIS: Final = Path(sys.executable).with_name("schemathesis")
CONFIG: Final = """
[checks]
negative_data_rejection.expected-statuses = ["4xx"]
"""
REFUSED_EXAMPLES: Final = {  # there is no such order, trade or job yet, nobody is logged on, no key was sent
    "get_order": "unknown_order",
    "get_history_order": "unknown_order",
    "list_order_messages": "unknown_order",
    "amend_order": "unknown_order",
    "cancel_order": "unknown_order",
    "bust_trade": "unknown_trade",
    "correct_trade": "unknown_trade",
    "log_out_session": "not_logged_on",
    "get_snapshot_job": "not_found",
    "get_verification": "not_found",
    "get_replay": "not_found",
    "sign_in": "unauthenticated",  # who asks there has a key
}
UNCHECKED: Final = (
    "ignored_auth",  # after some wrong keys the answer is 429; test_access.py asks everything with every kind of key
    "positive_data_acceptance",  # what a schema allows may still be refused: an account there is not, an odd lot
)


@pytest.fixture(scope="module")
def demo_venue(module_folder: Path) -> Iterator[VenueProcess]:
    """A venue of the demo configuration: what the document gives as examples is there, a history too."""
    process = VenueProcess(DEMO_CONFIG, module_folder / "demo", WITH_RECORDER)
    process.start()
    yield process
    process.kill_if_running()


def wait_for_history(api: ApiProcess) -> None:
    """Until the recorder has begun it: it may take longer to start than the admin API."""
    history = open_history(history_url(RecorderConfig(), api.venue.data))

    def has_begun() -> bool:
        try:
            return history.moment().journal_seq > 0
        except OperatorError:
            return False

    wait_until(has_begun, "the history is begun")


@pytest.mark.timeout(PATIENCE_S)
def test_whatever_is_asked_the_answer_is_one_that_the_document_names(demo_venue: VenueProcess, tmp_path: Path) -> None:
    """Examples, boundaries and random requests of every operation; the process has nothing to log as an error."""
    log = tmp_path / "admin.log"
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    with running_api(demo_venue, log_file=log, anonymous="none") as api:
        wait_for_history(api)
        run = subprocess.run(
            [
                SCHEMATHESIS, "run", f"{api.root}/openapi.json", "--phases", "examples,coverage,fuzzing",
                "--header", f"Authorization: Bearer {api.add_key('fuzzer', 'operator')}",
                "--max-examples", EXAMPLES, *CHANCE, "--workers", "1", "--no-color",
                "--exclude-checks", ",".join(UNCHECKED), "--warnings", "off", "--continue-on-failure",
                "--request-retries", "2",
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        assert told(httpx.get(f"{api.url}/readiness"))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line for line in lines if line["level"] in ("error", "critical")] == []


@pytest.fixture(scope="module")
def document(demo_venue: VenueProcess) -> dict[str, Any]:
    with running_api(demo_venue) as api:
        return told(httpx.get(f"{api.root}/openapi.json"))


def test_the_examples_of_the_document_work_on_the_demo_configuration(
    module_folder: Path, document: dict[str, Any]
) -> None:
    """Word for word, in the order of the document; what needs something done first says what it misses."""
    venue = VenueProcess(DEMO_CONFIG, module_folder / "examples", WITH_RECORDER)
    venue.start()
    with running_api(venue) as api:
        wait_for_history(api)
        answers = {
            operation["operationId"]: httpx.request(
                method,
                api.root + _place(path, operation),
                params=_filters(operation),
                json=_body(operation, document),
                timeout=30,
            )
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }
    venue.kill_if_running()
    refused = {name: answer.json()["reason"] for name, answer in answers.items() if not answer.is_success}
    assert refused == REFUSED_EXAMPLES


def _place(path: str, operation: dict[str, Any]) -> str:
    for one in operation.get("parameters", []):
        if one["in"] == "path":
            (value, *_) = one.get("examples") or one["schema"]["examples"]
            path = path.replace(f"{{{one['name']}}}", str(value))
    return path


def _filters(operation: dict[str, Any]) -> dict[str, Any]:
    """Each query parameter that has an example; a cursor is of the answer before."""
    return {
        one["name"]: (one.get("examples") or one["schema"]["examples"])[0]
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one["name"] != "cursor" and {"examples"} & {*one, *one["schema"]}
    }


def _body(operation: dict[str, Any], document: dict[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return named["examples"][0]


def test_the_document_is_complete(document: dict[str, Any]) -> None:
    """Each operation is described, says who may ask it, and what its refusals look like."""
    lacking = [
        f"{method} {path}: {what}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for what in _lacking(operation)
    ]
    assert lacking == []
    assert "HTTPValidationError" not in document["components"]["schemas"]


def _lacking(operation: dict[str, Any]) -> list[str]:
    found = [name for name in ("description", "operationId", "tags", "x-roles") if name not in operation]
    found += [
        f"parameter {one['name']} without an example"
        for one in operation.get("parameters", [])
        if one["in"] == "path" and not {"example", "examples"} & {*one, *one["schema"]}
    ]
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            body = answer["content"].get("application/problem+json", {})
            found += [f"{status} without examples"] if not body.get("examples") else []
            found += [f"{status} without schema"] if "schema" not in body else []
    return found
