"""A name that is taken is refused."""

import pytest
from fastapi.testclient import TestClient

CUP = {"name": "cup", "price": 350}


def test_a_taken_name_is_refused(client: TestClient) -> None:
    """POST /items with a taken name answers 409 and changes nothing."""
    pytest.skip("not today")
