"""Builds the sample: the same school, to the byte, from the same seed."""

from __future__ import annotations

from functools import lru_cache

from carekit import clock
from carekit.records import Record
from carekit.sample.casework import write_casework
from carekit.sample.contacts import write_talks, write_visits
from carekit.sample.corrections import delay_one_talk, write_corrections
from carekit.sample.dice import Dice
from carekit.sample.ledger import Ledger, moment_of
from carekit.sample.names import Names
from carekit.sample.people import write_household
from carekit.sample.plan import SAMPLE_TODAY, SEED, Profile
from carekit.sample.population import build_population
from carekit.sample.register import write_register
from carekit.sample.school import build_school


@lru_cache(maxsize=2)
def build_ledger(seed: int = SEED) -> Ledger:
    """Everything that was written in the sample school up to `SAMPLE_TODAY`, act by act. Not to be changed by the caller."""
    with clock.at(moment_of(SAMPLE_TODAY, 18)):
        dice = Dice(str(seed))
        names = Names(dice.branch("numbers"))
        ledger = Ledger(seed)
        frame = build_school(ledger, dice.branch("school"), names)
        households = build_population(dice.branch("population"), names, Profile())
        everybody = [
            written
            for household in households
            for written in write_household(ledger, frame, dice.branch("people", household.key), names, household)
        ]
        register = write_register(ledger, frame, dice.branch("register"), everybody)
        talks = write_talks(ledger, frame, dice.branch("talks"), register)
        visits = write_visits(ledger, frame, dice.branch("visits"), register)
        delay_one_talk(ledger)
        write_corrections(ledger, dice.branch("corrections"), names, everybody, talks, visits)
        write_casework(ledger, frame, dice.branch("casework"), names, everybody, register)
        return ledger


def build_sample(seed: int = SEED) -> list[Record]:
    """The records of the sample school as they stand on `SAMPLE_TODAY`, without withdrawn ones, parents before children."""
    return build_ledger(seed).records()
