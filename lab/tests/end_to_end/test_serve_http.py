"""The HTTP interface refuses what it does not understand and names the field; runs share nothing."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.serve_process import Answer, Served, serving
from tests.unit.reports.test_html import Outline

HOSTILE = "</code><script>alert(1)</script>\x1b[2J\ud800&amp;"
LEAF = "valid/leaf"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("serve")) as server:
        yield server


@pytest.fixture
def server(door: Served) -> Iterator[Served]:
    yield door
    door.close_run()


def refused(answer: Answer, status: int, field: str | None) -> str:
    assert answer.status == status, answer.text
    assert answer.json["field"] == field
    return str(answer.json["error"])


def test_calls_come_in_their_order(server: Served) -> None:
    for path in ("/v1/next", "/v1/verdict"):
        assert "POST /v1/runs" in refused(server.get(path), 409, path)
    assert "POST /v1/runs" in refused(server.post("/v1/outcome", {"claim": "accept"}), 409, "/v1/outcome")
    server.begin(LEAF)
    early = server.post("/v1/outcome", {"claim": "accept"})
    assert "GET /v1/next" in refused(early, 409, "/v1/outcome")
    assert "POST /v1/outcome" in refused(server.get("/v1/verdict"), 409, "/v1/verdict")
    task = server.get("/v1/next").json
    again = server.get("/v1/next").json
    assert (task["number"], task["canary"]) == (again["number"], again["canary"]), "until it is answered"
    assert server.post("/v1/outcome", {"claim": "reject", "number": 1}).status == 202
    late = server.post("/v1/outcome", {"claim": "reject", "number": 1})
    assert refused(late, 409, "/v1/outcome")
    verdict = server.get("/v1/verdict").json
    assert verdict["verdict"] == "INCONCLUSIVE" and "without a ClientHello" in verdict["cause"]
    assert server.get("/v1/next").json["number"] == 2


def test_a_task_says_all_that_the_client_needs(server: Served) -> None:
    begun = server.begin("rogue_ca/in_trust_store", client="phone", version="1.0")
    task = server.get("/v1/next").json
    assert {name: task[name] for name in ("host", "port", "pins", "ca_pem", "proxy")} == {
        name: begun[name] for name in ("host", "port", "pins", "ca_pem", "proxy")
    }
    assert task["ca_pem"].count("BEGIN CERTIFICATE") == 2 and task["path"] == f"/pinlab/{task['canary']}"
    assert task["address"] == "127.0.0.1" and 0 < task["deadline_s"] <= 600
    assert task["scenario"] == "valid/relayed", "the control comes first"
    assert "expected" not in task, "the client must not know what would look good"
    assert server.get("/ca.pem").text == task["ca_pem"]


def test_by_way_of_a_proxy_the_task_names_it(server: Served) -> None:
    begun = server.begin(LEAF, via="proxy")
    assert begun["proxy"].startswith("http://127.0.0.1:")


def test_runs_share_nothing_and_only_one_is_open(server: Served) -> None:
    first = server.begin(LEAF, seed=1)
    assert "finish" in refused(server.post("/v1/runs", {}), 409, "/v1/runs")
    before = server.get("/v1/next").json
    server.post("/v1/outcome", {"claim": "reject"})
    ended = server.post("/v1/finish", {}).json
    assert (ended["id"], ended["complete"], ended["exit_status"]) == (first["id"], False, 130)
    assert "testsuites" in ended["junit"]
    assert server.get("/v1/results").json["run"]["complete"] is False, "readable until the next begins"
    second = server.begin(LEAF, seed=1)
    after = server.get("/v1/next").json
    assert second["id"] != first["id"] and server.get("/v1/results").json["results"] == []
    assert before["canary"] == after["canary"] and before["pins"] != after["pins"], "same seed, new keys"


def test_a_claim_that_the_end_follows_at_once_is_judged(server: Served) -> None:
    assert server.begin("valid/intermediate_pinned")["of"] == 1
    server.get("/v1/next")
    server.post("/v1/outcome", {"claim": "unsupported", "detail": "no such pins"})
    end = server.post("/v1/finish", {}).json
    assert end["complete"] is True and "no such pins" in end["junit"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"suit": "smoke"}, "suit"),
        ({"suite": "some"}, "suite"),
        ({"client": "../../etc"}, "client"),
        ({"client": 1}, "client"),
        ({"only": ["valid/laef"]}, "only"),
        ({"only": "valid/leaf"}, "only"),
        ({"via": "hosts"}, "via"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ([], None),
        (b"{", None),
        (b"\xff", None),
        (b"[" * 60_000, None),
        (b" " * 70_000, None),
    ],
)
def test_an_order_that_is_wrong_names_the_field(server: Served, body: object, field: str | None) -> None:
    refused(server.post("/v1/runs", body), 400, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "claim"),
        ({"claim": "maybe"}, "claim"),
        ({"claim": "accept", "exit": 0}, "exit"),
        ({"claim": "accept", "detail": 1}, "detail"),
        ({"claim": "accept", "detail": "x" * 10_001}, "detail"),
        ({"claim": "accept", "number": "1"}, "number"),
    ],
)
def test_a_claim_that_is_wrong_names_the_field(server: Served, body: object, field: str) -> None:
    refused(server.post("/v1/outcome", body), 400, field)


def test_a_suite_that_holds_none_of_the_scenarios_is_over_at_once(server: Served) -> None:
    begun = server.post("/v1/runs", {"suite": "smoke", "only": ["valid/intermediate_pinned"]}).json
    assert begun["of"] == 0 and "suite smoke" in begun["note"] and server.get("/v1/next").status == 204


@pytest.mark.parametrize("path", ["/", "/v1/next", "/v1/events", "/nothing"])
@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test:80", ""])
def test_a_foreign_host_is_refused(server: Served, path: str, host: str) -> None:
    refused(server.get(path, Host=host), 403, "Host")


def test_our_other_name_is_ours(server: Served) -> None:
    assert server.get("/", Host=f"localhost:{server.port}").status == 200


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_refused(server: Served, origin: str) -> None:
    refused(server.post("/v1/runs", {}, Origin=origin), 403, "Origin")
    refused(server.get("/v1/results", Origin=origin), 403, "Origin")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("path", ["/start", "/said", "/end", "/v1/finish"])
def test_a_form_without_our_origin_is_refused(server: Served, path: str, kind: str) -> None:
    refused(server.post(path, b"client=a", Content_Type=kind), 415, "Content-Type")


def test_paths_and_methods_that_are_none(server: Served) -> None:
    refused(server.get("/v2/next"), 404, "path")
    refused(server.get("/v1/runs"), 405, "path")
    refused(server.ask("DELETE", "/v1/runs"), 405, "method")


def test_no_page_of_others_may_frame_or_keep_it(server: Served) -> None:
    headers = server.get("/").headers
    assert headers["x-frame-options"] == "DENY" and headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


def press(server: Served, path: str, **fields: str) -> Answer:
    """A button of the page, as a browser without JavaScript presses it."""
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Origin": server.url}
    return server.post(path, urlencode(fields).encode(), **kind)


def test_the_page_does_all_without_javascript(server: Served) -> None:
    assert "Begin a run" in page(server).text
    started = press(server, "/start", client="phone", suite="full", only=LEAF, via="address")
    assert (started.status, started.headers["location"]) == (303, "/")
    now = page(server)
    assert "Now 1 of 2: valid/leaf" in now.text and "No connection yet" in now.text
    number = next(str(entry["value"]) for entry in now.all("input") if entry.get("name") == "number")
    with pytest.raises(OSError):  # no TLS is spoken; the page must show the connection all the same
        say_hello(server.get("/v1/next").json)
    assert "accepted" in page(server).text
    assert press(server, "/said", number=number, claim="reject", detail="x").status == 303
    after = page(server)
    assert "Now 2 of 2" in after.text and "INCONCLUSIVE, expected SERVED: valid/leaf" in after.text
    assert press(server, "/said", number=number, claim="reject").status == 409, "pressed twice"
    assert press(server, "/end").status == 303 and "Begin a run" in page(server).text


def say_hello(task: Any) -> None:
    """Something that is no ClientHello; returns when the lab has hung up."""
    connection = http.client.HTTPConnection(task["address"], task["port"], timeout=30)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except http.client.HTTPException as error:
        raise ConnectionError from error
    finally:
        connection.close()


def page(server: Served) -> Outline:
    outline = Outline(server.get("/").text)
    assert outline.open == []
    return outline


def test_the_report_is_the_page_of_a_run(server: Served) -> None:
    server.begin("valid/intermediate_pinned")
    server.get("/v1/next")
    assert "0 of 0" in server.get("/report").text
    server.post("/v1/outcome", {"claim": "reject", "detail": "<b>no"})
    server.get("/v1/verdict")
    outline = Outline(server.get("/report").text)
    assert "INCONCLUSIVE" in outline.text and "<b>no" in outline.text and outline.open == []


def test_what_a_client_says_is_text(server: Served) -> None:
    server.begin(LEAF)
    server.get("/v1/next")
    refused(server.post("/v1/outcome", {"claim": "reject", "detail": HOSTILE}), 400, "detail")
    output = HOSTILE.replace("\ud800", "\u202e")
    assert (
        server.post("/v1/outcome", {"claim": "unsupported", "detail": output, "reason": output}).status == 202
    )
    answer = server.get("/v1/verdict")
    assert answer.json["cause"] == output and answer.text.isascii() and "\x1b" not in answer.text
    text = server.get("/").text
    shown = Outline(text)
    assert len(shown.all("script")) == 1 and "alert(1)" in shown.text
    assert "\x1b" not in text and "\u202e" not in text
    junit = server.post("/v1/finish", {}).json["junit"]
    assert "<script>" not in junit and "\x1b" not in junit


def test_changes_come_as_events(server: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", "/v1/events", headers={"Authorization": f"Bearer {server.token}"})
        answer = connection.getresponse()
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        assert answer.readline() == b"event: change\n"
        begun = server.begin(LEAF)
        while begun["id"] not in (line := answer.readline().decode()):
            assert line
        assert re.match(r"data: ", line) and json.loads(line.removeprefix("data: "))["run"] == begun["id"]
    finally:
        connection.close()


@pytest.mark.parametrize(
    "order", [("GET", "/"), ("GET", "/v1/results"), ("POST", "/v1/runs"), ("GET", "/nothing")]
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "", "X_Forwarded_For": "x"},
        {"Authorization": "", "X_Forwarded_For": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
        {"Authorization": "", "Cookie": "pinlab-1=x"},
    ],
)
def test_without_the_token_nothing_is_answered_and_nothing_begun(
    server: Served, order: tuple[str, str], headers: dict[str, str]
) -> None:
    method, path = order
    before = server.get("/v1/results").text
    answer = server.ask(method, path, {} if method == "POST" else None, **headers)
    assert "Bearer TOKEN" in refused(answer, 401, "Authorization")
    assert "set-cookie" not in answer.headers
    assert server.get("/v1/results").text == before, "no run was begun"


def test_a_browser_that_comes_by_the_printed_url_keeps_the_token(server: Served) -> None:
    first = server.get(f"/?token={server.token}", Authorization="")
    assert first.status == 200
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert server.get("/", Authorization="", Cookie=cookie.partition(";")[0]).status == 200
