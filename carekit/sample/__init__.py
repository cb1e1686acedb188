"""The seeded synthetic school: nobody in it is real, and the same seed gives the same school to the byte.

`build_sample` gives the records as they stand on `SAMPLE_TODAY`; `fill` writes them into a store in the order and at the
moments in which a school would have written them, changes and mistakes included; `write_sample_files` writes the rosters of sample-data.
"""

from carekit.sample.building import build_ledger, build_sample
from carekit.sample.files import write_sample_files
from carekit.sample.filling import fill
from carekit.sample.plan import SAMPLE_TODAY, SEED

__all__ = ["SAMPLE_TODAY", "SEED", "build_ledger", "build_sample", "fill", "write_sample_files"]
