"""Which requests carry the token of a server; what cannot be read does not."""

from __future__ import annotations

import pytest
from pinlab.core.errors import UsageError
from pinlab.serve.token import VARIABLE, Token, new_token
from starlette.datastructures import Headers, QueryParams

TOKEN = "0123456789abcdef"
MADE = Token(TOKEN, 8080)


@pytest.mark.parametrize(
    ("headers", "carries"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, True),
        ({"authorization": f"bearer  {TOKEN} "}, True),
        ({"cookie": f"other=1; pinlab-8080={TOKEN}"}, True),
        ({}, False),
        ({"authorization": TOKEN}, False),
        ({"authorization": f"Basic {TOKEN}"}, False),
        ({"authorization": f"Bearer {TOKEN[:-1]}"}, False),
        ({"authorization": "Bearer "}, False),
        ({"authorization": "Bearer wrong", "cookie": f"pinlab-8080={TOKEN}"}, False),
        ({"cookie": f"pinlab-8081={TOKEN}"}, False),
        ({"cookie": "pinlab-8080=\xff\xfe"}, False),
        ({"cookie": "[=]; \x00"}, False),
    ],
)
def test_headers(headers: dict[str, str], carries: bool) -> None:
    assert MADE.in_headers(Headers(headers)) is carries


def test_the_url() -> None:
    assert MADE.in_query(QueryParams(f"token={TOKEN}")) and not MADE.in_query(QueryParams("token="))
    assert not MADE.in_query(QueryParams(f"tokens={TOKEN}"))


def test_a_token_is_random_or_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert new_token() != new_token() and len(new_token()) == 48
    monkeypatch.setenv(VARIABLE, "a" * 16)
    assert new_token() == "a" * 16


@pytest.mark.parametrize("given", ["", "short", "a" * 15, "with space and more", "ümlautümlautümlaut"])
def test_a_weak_token_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, given)
    with pytest.raises(UsageError, match=VARIABLE):
        new_token()
