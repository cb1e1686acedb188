"""One dashboard in carekit, Voila, preheated Voila, Streamlit, Solara and Panel: time, processor, memory and bytes of a visit, side by side.

All servers run at once on this machine, each on the same rows, and are visited in turn by Chromium. carekit runs from the Python that runs this, with login
and roles on; the login itself is no part of a visit, because no peer has one. The peers are installed into the user's cache folder at
first. Only ratios within one run count: other work on the machine, and the browser itself, share the processor with the servers.
"""

from __future__ import annotations

import subprocess
from importlib.util import find_spec

#: Installs packages and runs for half an hour, so it is run only when it is asked for by name.
ONLY_BY_NAME = True


def run(quick: bool = False) -> None:
    """Print the table; one sentence instead when something that it needs is not installed."""
    missing = [name for name in ("playwright", "psutil", "platformdirs") if find_spec(name) is None]
    if missing:
        print(f"Install {' and '.join(missing)} to run this benchmark: python -m pip install 'carekit[test]'")
        return
    from benchmarks.serving.comparison import compare  # noqa: PLC0415 - needs the packages just looked for

    try:
        compare(quick=quick)
    except subprocess.CalledProcessError:
        print("The peers of benchmarks/serving/peers.txt could not be installed; pip says why above.")
