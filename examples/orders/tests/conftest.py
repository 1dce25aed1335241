"""The application on the test's database."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from orders.api import create_app


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    """The application; what it commits is gone after the test."""
    return create_app(engine)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A client of the application."""
    return TestClient(app)


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of asynchronous tests: psycopg has no other."""
    return "asyncio"
