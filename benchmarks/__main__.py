"""All benchmarks by one command: ``python -m benchmarks [--quick] [NAME ...]``.

Each module or package of this folder with a function ``run(quick: bool)`` is run and prints ratios that it measured side by side in that run. One that says
``ONLY_BY_NAME = True`` is left out unless it is named.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil

import benchmarks


def main() -> None:
    """Run the benchmarks that were named, or all that need not be named."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="small sizes only, to see that everything runs")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which to run: {', '.join(names)} (when left out, all but those that install other packages)",
    )
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(names))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    for name in arguments.names or names:
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "run") and (arguments.names or not getattr(module, "ONLY_BY_NAME", False)):
            print(f"== {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
            module.run(quick=arguments.quick)


if __name__ == "__main__":
    main()
