"""What somebody who has not signed in may see: the whole table of addresses."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {"start", "sign-in", "sign-out", "theme", "set_language", "health"}
EXAMPLES = {
    "code": 440103022001000,
    "number": 1,
    "kind": "grids",
    "drawing_id": UUID(int=7),
    "grid_id": UUID(int=7),
    "building_id": UUID(int=7),
}


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str | None, str]]:
    """Every address of Kapok with its name; arguments are filled with examples."""
    for entry in resolver.url_patterns:
        route = str(entry.pattern)
        for name, converter in entry.pattern.converters.items():
            for kind in ("int", "uuid", "str", "slug"):
                route = route.replace(f"<{kind}:{name}>", converter.to_url(EXAMPLES[name]))
        if isinstance(entry, URLPattern):
            yield entry.name, prefix + route
        else:
            yield from addresses(entry, prefix + route)


ADDRESSES = list(addresses(get_resolver()))


def test_the_table_holds_the_desk_and_the_interface():
    names = {name for name, _ in ADDRESSES}

    assert names >= OPEN
    assert any(path.startswith("/desk/") for _, path in ADDRESSES)
    assert any(path.startswith("/api/") for _, path in ADDRESSES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for name, path in ADDRESSES for method in ("get", "post") if name not in OPEN],
)
def test_strangers_are_sent_to_sign_in(client: Client, method: str, path: str):
    answer = getattr(client, method)(path)

    if path.startswith("/api/"):
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
    else:
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OPEN - {"sign-out", "theme", "set_language"}))
def test_strangers_may_read_these(client: Client, name: str):
    [path] = [path for found, path in ADDRESSES if found == name]

    assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_a_fragment_leads_the_whole_page_to_sign_in(client: Client):
    answer = client.get("/desk/", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == "/sign-in/?next=/desk/"
    assert answer.content == b""
