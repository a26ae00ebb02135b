"""What the admin API answered: the body of what was done, or the problem of what was refused."""

from typing import Any

import httpx


def told(answer: httpx.Response) -> dict[str, Any]:
    """The body of a success."""
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, reason and sentence of a problem."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["reason"], problem["detail"]
