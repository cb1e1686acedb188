"""carekit: case management for primary schools with left-behind children (留守儿童), in Jupyter.

Begin with `carekit.store.Store` (open a store), `carekit.records` (what is kept), `carekit.metrics` (rates) and
`carekit.history` (one child's events); the apps are in `carekit.apps`, the command line in `python -m carekit`.
"""

__version__ = "0.1.0"
