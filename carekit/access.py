"""Who may see and do what: one table of roles, and one function that answers why.

Touches no database. A grant says, for an area of records, how far a role reaches (`Scope`), up to which privacy class it
reads, and whether it writes. The store turns a scope into a condition of every query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carekit.errors import ProgrammerError
from carekit.fields import Privacy
from carekit.language import Label, LabelledEnum
from carekit.records import RECORDS, Area, Record
from carekit.records.codes import Role


class Scope(LabelledEnum):
    """How far a role reaches: whose records it touches."""

    NONE = Label("nobody", "无")
    OWN_CLASS = Label("children of the own class, while being its class teacher", "本班学生（任班主任期间）")
    OWN_PUPILS = Label("children of the classes taught, while teaching them", "所教班级的学生（任课期间）")
    PAIRED = Label("children paired with, while the pairing runs", "结对帮扶的孩子（结对期间）")
    ASKED = Label("what they asked for themselves", "本人提出的申请")
    ALL = Label("all children", "全部儿童")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do in one area: reach, highest privacy class it reads, whether it may write.

    `also` is a further reach of the same role, for other children: those paired with a teacher who is not theirs in class. A child inside several
    reaches is seen as far as the widest of them allows.
    """

    scope: Scope
    reads: Privacy
    writes: bool = False
    also: Grant | None = None

    @property
    def reaches(self) -> tuple[Grant, ...]:
        """This reach and the further ones."""
        return (self, *(self.also.reaches if self.also else ()))


_NOTHING = Grant(Scope.NONE, Privacy.OPEN)
_SCHOOL_READ = Grant(Scope.ALL, Privacy.INTERNAL)
_SCHOOL_WRITE = Grant(Scope.ALL, Privacy.SENSITIVE, writes=True)
_ACTIVITIES = Grant(Scope.ALL, Privacy.INTERNAL, writes=True)
#: Those who keep the files answer what others ask of them.
_ANSWERS = Grant(Scope.ALL, Privacy.PERSONAL, writes=True)
#: What whoever is paired with a child sees of it and may do, be it by the role alone or beside another.
_PAIRED_READ = Grant(Scope.PAIRED, Privacy.SENSITIVE)
_PAIRED_WRITE = Grant(Scope.PAIRED, Privacy.SENSITIVE, writes=True)
_PAIRED_CARE = Grant(Scope.PAIRED, Privacy.OWN_WORDS, writes=True)

#: The table of DESIGN: role by role, area by area. An area that is not named grants nothing.
GRANTS: dict[Role, dict[Area, Grant]] = {
    Role.REGISTRAR: {
        Area.SCHOOL: _SCHOOL_WRITE,
        Area.FILE: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.CARE: Grant(Scope.ALL, Privacy.INTERNAL),
        Area.SUPPORT: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.HARDSHIP: Grant(Scope.ALL, Privacy.INTERNAL),
        Area.STUDY: Grant(Scope.ALL, Privacy.INTERNAL),
        Area.PROGRAMME: _ACTIVITIES,
        Area.REQUEST: _ANSWERS,
    },
    Role.CLASS_TEACHER: {
        Area.SCHOOL: _SCHOOL_READ,
        Area.FILE: Grant(Scope.OWN_CLASS, Privacy.SENSITIVE, writes=True, also=_PAIRED_READ),
        Area.CARE: Grant(Scope.OWN_CLASS, Privacy.OWN_WORDS, writes=True, also=_PAIRED_CARE),
        Area.SUPPORT: Grant(Scope.OWN_CLASS, Privacy.SENSITIVE, also=_PAIRED_READ),
        Area.HARDSHIP: Grant(Scope.OWN_CLASS, Privacy.SENSITIVE, writes=True, also=_PAIRED_WRITE),
        Area.STUDY: Grant(Scope.OWN_CLASS, Privacy.SENSITIVE, writes=True, also=_PAIRED_WRITE),
        Area.PROGRAMME: _ACTIVITIES,
        Area.REQUEST: Grant(Scope.ASKED, Privacy.PERSONAL, writes=True),
    },
    Role.SUBJECT_TEACHER: {
        Area.SCHOOL: _SCHOOL_READ,
        Area.FILE: Grant(Scope.OWN_PUPILS, Privacy.INTERNAL, also=_PAIRED_READ),
        Area.CARE: _PAIRED_CARE,
        Area.SUPPORT: _PAIRED_READ,
        Area.HARDSHIP: _PAIRED_WRITE,
        Area.STUDY: Grant(Scope.OWN_PUPILS, Privacy.SENSITIVE, writes=True, also=_PAIRED_WRITE),
        Area.PROGRAMME: _ACTIVITIES,
    },
    Role.SUPPORTER: {
        Area.SCHOOL: _SCHOOL_READ,
        Area.FILE: _PAIRED_READ,
        Area.CARE: _PAIRED_CARE,
        Area.SUPPORT: _PAIRED_READ,
        Area.HARDSHIP: _PAIRED_WRITE,
        Area.STUDY: _PAIRED_WRITE,
        Area.PROGRAMME: _ACTIVITIES,
    },
    Role.COUNSELLOR: {
        Area.SCHOOL: _SCHOOL_READ,
        Area.FILE: Grant(Scope.ALL, Privacy.RESTRICTED),
        Area.CARE: Grant(Scope.ALL, Privacy.RESTRICTED, writes=True),
        Area.SUPPORT: Grant(Scope.ALL, Privacy.SENSITIVE),
        Area.HARDSHIP: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.STUDY: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.PROGRAMME: _ACTIVITIES,
    },
    Role.LEADER: {
        Area.SCHOOL: _SCHOOL_WRITE,
        Area.FILE: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.CARE: Grant(Scope.ALL, Privacy.SENSITIVE),
        Area.SUPPORT: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.HARDSHIP: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.STUDY: Grant(Scope.ALL, Privacy.SENSITIVE, writes=True),
        Area.PROGRAMME: _ACTIVITIES,
        Area.REQUEST: _ANSWERS,
    },
    Role.PARTNER: {},
    Role.COUNTY_OFFICER: {Area.SCHOOL: Grant(Scope.ALL, Privacy.OPEN)},
    Role.ADMINISTRATOR: {Area.SCHOOL: _SCHOOL_WRITE},
}
#: Who may approve what others made (`Record.approval`); nobody approves their own work.
APPROVERS = frozenset({Role.LEADER})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a staff member in one role, or the holder of the store's key at the command line (`role` None)."""

    staff_id: str
    role: Role | None

    @classmethod
    def console(cls) -> Actor:
        """The holder of the key at the command line, who may do everything; each act is logged as such."""
        return cls("console", None)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and why or why not."""

    allowed: bool
    why: Label

    def __bool__(self) -> bool:
        return self.allowed


_EVERYTHING = Grant(Scope.ALL, Privacy.RESTRICTED, writes=True)


def grant_of(actor: Actor, record: type[Record]) -> Grant:
    """What `actor` is granted for a kind of record."""
    if actor.role is None:
        if actor.staff_id != "console":
            raise ProgrammerError("only the console acts without a role")
        return _EVERYTHING
    return GRANTS[actor.role].get(record.area, _NOTHING)


def highest(actor: Actor, record: type[Record]) -> Privacy:
    """The highest privacy class that `actor` reads of some record of this kind."""
    return max(reach.reads for reach in grant_of(actor, record).reaches)


def may_read(actor: Actor, record: type[Record], field: str, *, in_scope: bool, at: Privacy | None = None) -> Decision:
    """Whether `actor` may read one field of a record that is inside their scope (`in_scope`) or not, and why.

    `at` is the highest class that they read of that very record, where a role sees more of some children than of others; left out, the highest of any.
    """
    grant = grant_of(actor, record)
    privacy = record.fields[field].privacy
    if grant.scope is Scope.NONE:
        return Decision(False, Label("Your role does not see this kind of record.", "您的角色不能查看这类记录。"))
    scope = _scopes(grant)
    if not in_scope:
        return Decision(False, Label("Your role sees {scope} only.", "您的角色只能查看{scope}。").format(scope=scope))
    if privacy > (highest(actor, record) if at is None else at):
        return Decision(
            False,
            Label("This field is {privacy}; your role does not see it.", "此项属于{privacy}内容，您的角色不能查看。").format(
                privacy=privacy
            ),
        )
    return Decision(True, Label("Your role sees {scope}.", "您的角色可以查看{scope}。").format(scope=scope))


def _scopes(grant: Grant) -> Label:
    labels = [reach.scope.label for reach in grant.reaches]
    return Label("; ".join(label.en for label in labels), "；".join(label.zh for label in labels))


def may_write(actor: Actor, record: type[Record]) -> Decision:
    """Whether `actor` may write records of this kind inside (a part of) their scope, and why.

    Nobody writes a kind of which they may not read a field that must be filled in.
    """
    if record.by_store and actor.role is not None:
        return Decision(
            False,
            Label("{kind}: written by the system itself, nobody changes it.", "“{kind}”由系统自动记录，不能手工修改。").format(
                kind=record.label
            ),
        )
    able = [reach for reach in grant_of(actor, record).reaches if reach.writes and reach.scope is not Scope.NONE]
    required = max(spec.privacy for spec in record.fields.values() if spec.required or spec.name == "id")
    if not any(reach.reads >= required for reach in able):
        return Decision(
            False,
            Label(
                "Your role may not change {kind}; ask the registrar or the leader.", "您的角色不能修改{kind}，请找学籍管理员或学校领导。"
            ).format(kind=record.label),
        )
    return Decision(True, Label("Your role may change {kind}.", "您的角色可以修改{kind}。").format(kind=record.label))


def hidden_fields(actor: Actor, record: type[Record]) -> frozenset[str]:
    """The fields of a kind that `actor` may read of no record."""
    return hidden_above(record, highest(actor, record))


def hidden_above(record: type[Record], privacy: Privacy) -> frozenset[str]:
    """The fields of a kind that are more private than a class."""
    return frozenset(name for name, spec in record.fields.items() if spec.privacy > privacy)


def lowest(actor: Actor, record: type[Record]) -> Privacy:
    """The privacy class up to which `actor` reads every record of this kind inside their scope."""
    return min(reach.reads for reach in grant_of(actor, record).reaches)


@dataclass(frozen=True, slots=True)
class Access:
    """One cell of the matrix role by record by field: how far the role reaches, and whether it reads and writes the field there."""

    role: Role
    record: type[Record]
    field: str
    scope: Scope
    reads: bool
    writes: bool


def access_matrix(roles: Iterable[Role] = tuple(Role)) -> Iterator[Access]:
    """Every cell of the matrix, one for each reach of a role, answered as the store is (`may_read`, `may_write`)."""
    for role in roles:
        actor = Actor("matrix", role)
        for record in RECORDS.values():
            may_change = bool(may_write(actor, record))
            for field in record.fields:
                for reach in grant_of(actor, record).reaches:
                    reads = bool(may_read(actor, record, field, in_scope=True, at=reach.reads))
                    yield Access(role, record, field, reach.scope, reads, reads and reach.writes and may_change)
