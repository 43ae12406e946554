"""Fair use: what a client may spend, when it may come back, and who the client is."""

from __future__ import annotations

import pytest

from server.failures import RequestError
from server.service.rate_limit import Budget, Visit, client
from server.settings import Settings


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock: Clock) -> Budget:
    settings = Settings(
        client_seconds=10, client_seconds_rate=0.5, client_errors=2, client_errors_rate=0.1, client_queries=2
    )
    return Budget(settings, clock)


def _spend(budget: Budget, name: str = "a", **cost: float) -> None:
    with budget.visit(name) as visit:
        visit.seconds = cost.get("seconds", 0.0)
        visit.is_fault = bool(cost.get("is_fault"))


def _retry(budget: Budget, name: str = "a") -> object:
    try:
        _spend(budget, name)
    except RequestError as error:
        return error.details["retry"] if error.kind == "too-many-requests" else error.kind
    return None


def test_query_seconds_are_spent_and_regained(budget: Budget, clock: Clock) -> None:
    _spend(budget, seconds=30)
    assert (_retry(budget), _retry(budget, "b")) == (41, None)
    clock.now += 39
    assert _retry(budget) == 2
    clock.now += 2
    assert _retry(budget) is None


def test_errors_are_spent_and_regained(budget: Budget, clock: Clock) -> None:
    _spend(budget, is_fault=True)
    assert _retry(budget) is None
    _spend(budget, is_fault=True)
    assert _retry(budget) == 10
    clock.now += 10
    assert _retry(budget) is None


def test_a_budget_does_not_grow_above_its_brim(budget: Budget, clock: Clock) -> None:
    clock.now += 1e6
    _spend(budget, seconds=11)
    assert _retry(budget) == 3


def test_only_so_many_queries_run_at_once(budget: Budget) -> None:
    budget.enter("a")
    budget.enter("a")
    assert (_retry(budget), _retry(budget, "b")) == (1, None)
    budget.leave("a", Visit())
    assert _retry(budget) is None


CLIENTS = {
    # peer, X-Forwarded-For: client
    ("192.0.2.1", ""): "192.0.2.1",
    ("192.0.2.1", "198.51.100.7"): "192.0.2.1",
    ("10.0.0.1", "198.51.100.7"): "198.51.100.7",
    ("10.0.0.1", "203.0.113.9, 198.51.100.7"): "198.51.100.7",
    ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2"): "198.51.100.7",
    ("10.0.0.1", "10.0.0.3, 10.0.0.2"): "10.0.0.3",
    ("10.0.0.1", "nonsense"): "unknown",
    ("10.0.0.1", ""): "10.0.0.1",
    ("2001:db8:1:2:3:4:5:6", ""): "2001:db8:1:2::/64",
    ("::ffff:10.0.0.1", "198.51.100.7"): "198.51.100.7",
}


@pytest.mark.parametrize(("origin", "expected"), CLIENTS.items())
def test_a_client_is_whom_trusted_proxies_name(origin: tuple[str, str], expected: str) -> None:
    environ = {"REMOTE_ADDR": origin[0], "HTTP_X_FORWARDED_FOR": origin[1]}
    assert client(environ, ("10.0.0.0/8",)) == expected
