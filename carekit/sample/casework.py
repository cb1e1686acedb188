"""Writes what goes beyond talks and visits: groups, pairings, contacts day by day, activities, plans, scores and difficulties."""

from __future__ import annotations

from carekit.records import Membership
from carekit.records.codes import SupportGroup
from carekit.sample.circle import circle_of
from carekit.sample.daybook import write_calls, write_diaries, write_journals
from carekit.sample.dice import Dice
from carekit.sample.duplicates import write_duplicates, write_namesakes
from carekit.sample.gatherings import write_gatherings
from carekit.sample.groups import write_groups
from carekit.sample.hardships import write_hardships
from carekit.sample.homecomings import write_card_checks, write_homecomings
from carekit.sample.interventions import write_interventions
from carekit.sample.ledger import Ledger
from carekit.sample.names import Names
from carekit.sample.outsiders import write_outsiders
from carekit.sample.pairings import write_pairings
from carekit.sample.people import Written
from carekit.sample.register import OnRegister
from carekit.sample.school import Frame
from carekit.sample.scores import write_scores
from carekit.sample.studies import write_plans
from carekit.sample.transfers import write_proposals, write_transfers
from carekit.sample.wellbeing import write_wellbeing


def write_casework(ledger: Ledger, frame: Frame, dice: Dice, names: Names, everybody: list[Written], register: list[OnRegister]) -> None:
    """Write all of it, after everything else was: it takes names and phones that nobody else has got."""
    write_outsiders(ledger, frame, dice.branch("outsiders"), names)
    circle = circle_of(ledger, frame, everybody, register)
    key = write_groups(ledger, circle, dice.branch("groups"))
    write_pairings(ledger, circle, dice.branch("pairings"), key)
    lagging = {
        act.record.child_id for act in ledger.acts if isinstance(act.record, Membership) and act.record.group is SupportGroup.LAGGING
    }
    write_calls(ledger, circle, dice.branch("calls"))
    write_diaries(ledger, circle, dice.branch("diaries"))
    write_journals(ledger, circle, dice.branch("journals"))
    write_wellbeing(ledger, circle, dice.branch("wellbeing"))
    write_homecomings(ledger, circle, dice.branch("homecomings"))
    write_card_checks(ledger, circle, dice.branch("cards"))
    write_gatherings(ledger, circle, dice.branch("gatherings"))
    slow = [entry for entry in circle.present if entry.written.child.id in lagging]
    plans = write_plans(ledger, circle, dice.branch("plans"), key, slow)
    write_scores(ledger, circle, dice.branch("scores"), plans)
    write_interventions(ledger, circle, dice.branch("interventions"), key)
    write_transfers(ledger, circle, dice.branch("transfers"))
    write_proposals(ledger, circle, dice.branch("proposals"))
    write_duplicates(ledger, circle, dice.branch("duplicates"))
    write_namesakes(ledger, circle)
    paired = {tie.entry.written.child.id for tie in circle.ties}
    write_hardships(ledger, circle, dice.branch("hardships"), [entry for entry in circle.present if entry.written.child.id in paired])
