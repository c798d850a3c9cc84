"""The exercise uses the fixtures of the suite."""

from tests.conftest import client as client
