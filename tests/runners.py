"""The one runner that the tests of a process share."""

from collections.abc import Iterator

import pytest

from workbook.runner import Runner


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """Keeps standby interpreters ready for as long as the tests last."""
    with Runner() as runner:
        yield runner
