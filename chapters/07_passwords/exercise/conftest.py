"""The exercise uses the fixtures of the suite: each `as` hands one on."""

from tests.conftest import cheap_hashes as cheap_hashes
from tests.conftest import client as client
from tests.conftest import connection as connection
from tests.conftest import engine as engine
from tests.conftest import passwords as passwords
from tests.conftest import session as session
