"""carekit: its own server with accounts and roles, on the same notebook as Voila's; a visitor has logged in before the visit is measured."""

from __future__ import annotations

import json
import sys
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from benchmarks.serving.servers.server import Server, Site

#: Written beside the notebook by the process that serves: login names and passwords.
PEOPLE_FILE = "people.json"
_SITE = Path(__file__).parents[1] / "carekit_site.py"


def command(site: Site) -> list[str]:
    """The server in the Python that runs the benchmark, on a store of its own."""
    return [sys.executable, str(_SITE), str(site.port), str(site.folder)]


async def cookies_of(site: Site, number: int) -> dict[str, str]:
    """The cookies of a new login of the so-manieth visitor: a session of its own each time, of one of the accounts in turn.

    RuntimeError when the server refuses the login.
    """
    people = json.loads((site.folder / PEOPLE_FILE).read_text(encoding="utf-8"))
    client, address = AsyncHTTPClient(), f"{site.address}/login"
    name, password = people[number % len(people)]
    cookies = _cookies(await client.fetch(address, raise_error=False))
    answer = await client.fetch(
        address,
        method="POST",
        body=urlencode({"username": name, "password": password, "_xsrf": cookies.get("_xsrf", "")}),
        headers={"Cookie": header(cookies), "Origin": site.address, "Content-Type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
        raise_error=False,
    )
    cookies |= _cookies(answer)
    if answer.code != 302 or "carekit_session" not in cookies:
        raise RuntimeError(f"carekit refuses the login of visitor {number}: status {answer.code}")
    return cookies


def header(cookies: dict[str, str]) -> str:
    """Cookies as a request sends them."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def log_in(context: Any, site: Site, number: int) -> None:
    """Give a browser context the cookies of a login."""
    cookies = await cookies_of(site, number)
    await context.add_cookies([{"name": name, "value": value, "url": site.address} for name, value in cookies.items()])


def _cookies(answer: HTTPResponse) -> dict[str, str]:
    parsed: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("Set-Cookie"):
        parsed.load(line)
    return {name: morsel.value for name, morsel in parsed.items()}


# A forked kernel stands ready again a second and a half after one was taken.
SERVER = Server(name="carekit", title="carekit", command=command, page="/voila/render/dashboard.ipynb", rest=1.5, log_in=log_in)
