"""The exercise uses the fixtures of the suite: each `as` hands one on."""

from tests.conftest import client as client
