"""The exercise uses the fixtures of the suite: each `as` hands one on."""

from tests.conftest import connect as connect
from tests.conftest import connection as connection
from tests.conftest import schema as schema
