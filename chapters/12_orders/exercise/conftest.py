"""The exercise uses the fixtures of the suite: each `as` hands one on."""

from tests.conftest import race_database as race_database
from tests.conftest import race_engine as race_engine
from tests.conftest import race_server as race_server
from tests.conftest import server as server
