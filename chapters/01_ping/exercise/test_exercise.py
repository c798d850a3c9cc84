"""GET /about tells a client which service it is talking to, and in which version."""

from fastapi.testclient import TestClient

from fastauth.main import app


def test_about_answers_name_and_version(client: TestClient) -> None:
    """GET /about answers 200 with the name and the version of the service, without a redirect."""
    response = client.get("/about", follow_redirects=False)

    assert response.status_code == 200
    assert response.json() == {"name": "fastauth", "version": "0.1.0"}


def test_about_follows_the_app(client: TestClient) -> None:
    """Name and version are the app's own title and version, written in one place."""
    title, version = app.title, app.version
    try:
        app.title, app.version = "renamed", "2.0.0"
        response = client.get("/about")
    finally:
        app.title, app.version = title, version

    assert response.status_code == 200
    assert response.json() == {"name": "renamed", "version": "2.0.0"}


def test_about_is_documented(client: TestClient) -> None:
    """The OpenAPI description says that /about answers an About, with both fields required."""
    description = client.get("/openapi.json").json()
    paths, schemas = description["paths"], description["components"]["schemas"]

    assert "/about" in sorted(paths)
    assert "About" in sorted(schemas)
    assert sorted(schemas["About"].get("required", [])) == ["name", "version"]
    assert [field.get("type") for field in schemas["About"]["properties"].values()] == ["string", "string"]
    answer = paths["/about"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/About"}
