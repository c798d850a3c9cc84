"""The exercise uses the fixtures of the suite."""

from tests.conftest import session as session
