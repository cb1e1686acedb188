"""`Record`: what every kind of record is, and the registry of kinds that everything else loops over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from carekit.errors import ProgrammerError
from carekit.fields import FieldSpec, Id, Privacy, Shape, field, new_id, read_spec, refuse
from carekit.language import Label, LabelledEnum
from carekit.problems import InvalidRecord, problems_of


class Area(LabelledEnum):
    """Which part of the work a kind of record belongs to; access is granted by area."""

    SCHOOL = Label("school", "学校")
    FILE = Label("child's file", "儿童档案")
    CARE = Label("care", "关爱工作")
    SUPPORT = Label("pairing", "结对安排")
    HARDSHIP = Label("difficulties", "实际困难")
    STUDY = Label("plans and study", "计划与学习")
    PROGRAMME = Label("activities", "集体活动")


class Travel(LabelledEnum):
    """How the records of a kind go along when a child moves to another school."""

    STORED = Label("stored there too", "随档案转入对方学校")
    TOLD = Label("told in the account", "写入转学档案的经历")
    STAYS = Label("stays here", "不转出")


#: Every kind of record by its name, in the order of declaration: parents stand before those that refer to them.
RECORDS: dict[str, type[Record]] = {}


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that is computed from a record at each save, so that the database can search or sort by it."""

    shape: Shape
    compute: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Approval:
    """That a record is approved by somebody other than those whose work it is: `by` and `on` are the fields that say who and when.

    `of` are the fields that name whose work it is. With `lapses` a later change of anything else takes the approval away: it was given for what stood there.
    Only the fields `afterwards` are filled in once it is approved (a signature, how it ended) and leave it standing. With `writer` whoever wrote the
    last version counts as one of those whose work it is.

    Where it is asked for first, `asked` are the fields that say when and by whom: entered in one's own name, and whoever stood in `of` since then is among
    those whose work it is, so that nobody gives their own request away to approve it. `what` are the fields that hold what was decided: nobody but an
    approver writes them, in their own name.
    """

    by: str
    on: str | None = None
    of: tuple[str, ...] = ()
    lapses: bool = True
    afterwards: tuple[str, ...] = ()
    writer: bool = True
    asked: tuple[str, str] | None = None
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartOf:
    """That a record is part of another one which is approved as a whole: `field` refers to it; `outcome` are the fields filled in afterwards.

    A change of anything else takes the whole's approval away, where that lapses.
    """

    field: str
    outcome: tuple[str, ...] = ()


class Record(BaseModel):
    """One version of one thing that is kept: a child, a family, a talk.

    Class attributes: `kind` (its name in tables and files), `label`, `area`, `about` (the chain of fields that leads to the
    child or family it is about: ``("child_id",)``, ``("case_id", "child_id")``, ``("id",)`` for the child itself, empty when it is about nobody),
    `occurs` (the field whose date places it on a timeline), `ends` (the field whose date ends it), `title_fields` (what tells one
    record from another in a list), `derived` (columns computed from the fields at each save), `fields` (its declared fields by name).

    What is done with children day by day also says `by` (the field of the staff member who did it) and `quick` (the boxes of quick entry, in order:
    such a kind is offered wherever contacts are written down); `approval` says that somebody else has to approve it, `part_of` that it is approved with another;
    `travels` says how it goes along when the child moves to another school (nothing of a child's own words or of a restricted kind does, whatever it says).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    kind: ClassVar[str] = ""
    label: ClassVar[Label]
    area: ClassVar[Area]
    about: ClassVar[tuple[str, ...]] = ()
    occurs: ClassVar[str | None] = None
    ends: ClassVar[str | None] = None
    title_fields: ClassVar[tuple[str, ...]] = ()
    derived: ClassVar[dict[str, Derived]] = {}
    by: ClassVar[str | None] = None
    quick: ClassVar[tuple[str, ...]] = ()
    approval: ClassVar[Approval | None] = None
    part_of: ClassVar[PartOf | None] = None
    travels: ClassVar[Travel] = Travel.TOLD
    fields: ClassVar[dict[str, FieldSpec]] = {}

    id: Id = field(Label("Id", "编号"), Privacy.OPEN, default_factory=new_id)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name in ("kind", "label", "area"):
            if name not in cls.__dict__:
                raise ProgrammerError(f"record {cls.__name__} does not say its {name}")
        if cls.kind in RECORDS:
            raise ProgrammerError(f"two records of kind {cls.kind!r}")
        specs = {name: read_spec(name, info, info.annotation) for name, info in cls.model_fields.items()}
        approval = (cls.approval.by, cls.approval.on, *cls.approval.of, *cls.approval.afterwards) if cls.approval else ()
        part = (cls.part_of.field, *cls.part_of.outcome) if cls.part_of else ()
        named = {*cls.about[:1], cls.occurs, cls.ends, cls.by, *cls.title_fields, *cls.quick, *approval, *part} - {None}
        unknown = [name for name in named if name not in specs]
        unknown += [spec.ref for spec in specs.values() if spec.ref and spec.ref != cls.kind and spec.ref not in RECORDS]
        if unknown:
            raise ProgrammerError(f"record {cls.__name__} names what is not declared before it: {unknown}")
        cls.fields = specs
        cls.model_rebuild(force=True)
        RECORDS[cls.kind] = cls

    @classmethod
    def read(cls, values: dict[str, Any]) -> Any:
        """A record from what a person typed; blanks count as nothing said.

        Raises `InvalidRecord` with one sentence per wrong field.
        """
        given = {name: value for name, value in values.items() if not _is_blank(value)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise InvalidRecord(problems_of(error), {name: spec.label for name, spec in cls.fields.items()}) from None

    def __repr_args__(self) -> Any:
        """Nothing: pydantic would show the values."""
        return ()

    def __repr__(self) -> str:
        """Kind and id alone: a record shows no personal data in logs and tracebacks."""
        return f"{type(self).__name__}({self.id})"

    __str__ = __repr__


def _is_blank(value: object) -> bool:
    return value is None or value in ((), []) or (isinstance(value, str) and not value.strip())


R = TypeVar("R", bound=Record)


def in_order(record: R, first: str, last: str) -> R:
    """The record, unless its field `last` is before its field `first`: then the error that a person can put right."""
    start, end = getattr(record, first), getattr(record, last)
    if start and end and end < start:
        raise refuse(
            "dates_reversed",
            "The end is before the beginning; correct one of the two dates.",
            "结束日期早于开始日期，请改正其中一个。",
            name=last,
        )
    return record
