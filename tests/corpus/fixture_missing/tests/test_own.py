def test_own(session):
    assert session
