"""What the driver must know about a server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: JavaScript: all elements of a page that fit a selector.
IN_DOCUMENT = "selector => [...document.querySelectorAll(selector)]"
#: The same, through the shadow roots in which some servers draw.
IN_SHADOWS = """selector => {
  const search = root => {
    const found = [...root.querySelectorAll(selector)];
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) found.push(...search(element.shadowRoot));
    return found;
  };
  return search(document);
}"""

#: JavaScript: choose a filter's second entry in an ordinary drop-down; true when that was done. Done again it changes nothing more.
CHOOSE_OPTION = """find => {
  const select = find('select')[0];
  if (!select || select.disabled || select.options.length < 2) return false;
  select.selectedIndex = 1;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a server is started: its `folder` holds the apps and the rows, `python` runs the peers."""

    folder: Path
    python: Path
    port: int

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.port}"


async def nobody_logs_in(context: Any, site: Site, number: int) -> None:
    """For a server without accounts."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server.

    `command` starts it, with `variables` added to the environment; `page` is the path of the dashboard. In the page `find` (JavaScript, selector
    to elements) finds `figure`, of which the dashboard has four; `change` (JavaScript, called with `find`) changes the filter to the first category and
    says whether it did; the filter has answered when the first figure is another. A change that came too early is made again every
    `again` milliseconds. `rest` is how many seconds the server works on after a visit by design (a pool that is filled again). `log_in`
    gives a browser context the session of the so-manieth visitor.
    """

    name: str
    title: str
    command: Callable[[Site], list[str]]
    page: str = "/"
    variables: Mapping[str, str] = field(default_factory=dict)
    find: str = IN_DOCUMENT
    figure: str = ".figure"
    change: str = CHOOSE_OPTION
    again: int = 50
    rest: float = 0.0
    log_in: Callable[[Any, Site, int], Awaitable[None]] = nobody_logs_in
