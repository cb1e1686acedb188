"""Words for the people around a child, so that texts speak only of those whom the records know: who raises it, which parent is away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from string import Formatter
from typing import TypeVar

from carekit.records.codes import GRANDPARENTS, ParentState, Relation
from carekit.sample.dice import Dice
from carekit.sample.plan import Household, Pupil
from carekit.sample.population import carer_of

#: A text, or several that go together.
Texts = TypeVar("Texts", str, tuple[str, ...])
Words = Mapping[str, str]

_CHILD_SAYS = {
    Relation.FATHERS_FATHER: "爷爷", Relation.FATHERS_MOTHER: "奶奶", Relation.MOTHERS_FATHER: "外公", Relation.MOTHERS_MOTHER: "外婆",
    Relation.MOTHER: "妈妈", Relation.FATHER: "爸爸", Relation.STEPMOTHER: "阿姨", Relation.FATHERS_SISTER: "姑姑",
    Relation.FATHERS_ELDER_BROTHER: "大伯", Relation.MOTHERS_SISTER: "小姨", Relation.ELDER_SISTER: "姐姐", Relation.NOT_KIN: "邻居阿姨",
}  # fmt: skip


def parents_away(household: Household, day: date) -> list[str]:
    """The parents who are away on a day, by their keys in `Household.people`."""
    gone = [trip.who for trip in household.trips if (trip.since is None or trip.since <= day) and (trip.until is None or trip.until > day)]
    return [who for who in gone if household.people[who].state is ParentState.PRESENT]


def word_for(relation: Relation) -> str:
    """What a child calls somebody of the family."""
    return _CHILD_SAYS.get(relation, "家里人")


def words_of(dice: Dice, household: Household, pupil: Pupil, day: date) -> dict[str, str]:
    """The words that texts about a child may use on a day.

    `carer`: who raises it; `old`: the same, when that is a grandparent; `away`: a parent who is away; `one`: the only one who is; `both`: both parents, when
    both are; `sibling`: a brother or sister at the school. A word that is missing has nobody to stand for.
    """
    carer, away = carer_of(household, pupil, day), parents_away(household, day)
    words = {"carer": word_for(carer.relation) if carer else "家里人"}
    if carer and carer.relation in GRANDPARENTS:
        words["old"] = words["carer"]
    if away:
        words["away"] = word_for(household.people[dice.branch("parent").pick(away)].relation)
    if len(away) == 1:
        words["one"] = words["away"]
    if {"father", "mother"} <= set(away):
        words["both"] = "爸爸妈妈"
    others = [each for each in household.pupils if each is not pupil and each.current]
    if others:
        elder, male = others[0].born_on < pupil.born_on, others[0].sex == "1"
        words["sibling"] = ("哥哥" if male else "姐姐") if elder else ("弟弟" if male else "妹妹")
    return words


def fitting(texts: Iterable[Texts], words: Words) -> list[Texts]:
    """Those of the texts (or of groups of them) that speak of nobody for whom there is no word."""
    return [text for text in texts if _spoken_of(text) <= words.keys()]


def _spoken_of(text: str | tuple[str, ...]) -> set[str]:
    whole = text if isinstance(text, str) else "".join(text)
    return {name for _, name, _, _ in Formatter().parse(whole) if name}


def say(dice: Dice, texts: Sequence[str], words: Words) -> str:
    """One of the texts that fit, with its words."""
    return dice.pick(fitting(texts, words)).format_map(words)
