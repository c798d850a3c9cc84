"""The exercise uses the fixtures of the suite: each `as` hands one on."""

from tests.conftest import cheap_hashes as cheap_hashes
from tests.conftest import client as client
from tests.conftest import connection as connection
from tests.conftest import engine as engine
from tests.conftest import local_time as local_time
from tests.conftest import own_settings as own_settings
from tests.conftest import passwords as passwords
from tests.conftest import race_database as race_database
from tests.conftest import race_engine as race_engine
from tests.conftest import race_server as race_server
from tests.conftest import server as server
from tests.conftest import session as session
from tests.conftest import settings as settings
