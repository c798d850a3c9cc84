"""A name that is taken is refused."""

from fastapi.testclient import TestClient


def test_a_taken_name_is_refused(client: TestClient) -> None:
    """POST /items with a taken name answers 409 and changes nothing."""
    raise NotImplementedError("write this test")
