"""Who sees a request for a file: whoever asked, and those who keep the files."""

from __future__ import annotations

import pytest
from cast import TODAY, Cast

from carekit.errors import Denied, NotFound
from carekit.problems import InvalidRecord
from carekit.records import ReopenRequest, StaffMember
from carekit.records.codes import Role


def asked(by: StaffMember, **values: str) -> ReopenRequest:
    """A request for the file of an identity number."""
    made: ReopenRequest = ReopenRequest.read({"asked_by": by.id, "asked_on": TODAY, "id_number": "999999201603150024", **values})
    return made


def test_a_request_is_seen_by_who_asked_and_by_those_who_answer(cast: Cast) -> None:
    """Another teacher sees none; registrar and leader see all and answer; other roles have nothing to do with it (CASES 61)."""
    request = cast.desk(cast.wang).add(asked(cast.wang)).record
    assert cast.desk(cast.wang).get(ReopenRequest, request.id).record.id_number == "999999201603150024"
    assert cast.desk(cast.li).find(ReopenRequest) == []
    with pytest.raises(NotFound):
        cast.desk(cast.li).get(ReopenRequest, request.id)
    for role in (Role.SUBJECT_TEACHER, Role.SUPPORTER, Role.COUNSELLOR, Role.ADMINISTRATOR, Role.PARTNER, Role.COUNTY_OFFICER):
        assert cast.desk(cast.wang, role).find(ReopenRequest) == []
        with pytest.raises(Denied):
            cast.desk(cast.wang, role).add(asked(cast.wang))
    answer = {"answer": "已恢复", "answered_on": TODAY, "answered_by": cast.li.id}
    for role in (Role.REGISTRAR, Role.LEADER):
        assert [one.redacted for one in cast.desk(cast.li, role).find(ReopenRequest)] == [frozenset()]
    cast.desk(cast.li, Role.REGISTRAR).amend(request.model_copy(update=answer), seen=1)
    assert cast.desk(cast.wang).find(ReopenRequest)[0].record.answer == "已恢复"


def test_nobody_asks_in_anothers_name(cast: Cast) -> None:
    """What a teacher enters is the teacher's own, or it is refused."""
    with pytest.raises(Denied):
        cast.desk(cast.wang).add(asked(cast.li))


@pytest.mark.parametrize(
    ("values", "field"),
    [({"id_number": ""}, "name"), ({"id_number": "", "name": "赵小禾"}, "name"), ({"answered_on": TODAY.isoformat()}, "answer")],
)
def test_a_request_says_who_is_meant(cast: Cast, values: dict[str, str], field: str) -> None:
    """A number, or name and date of birth; an answer says what and who."""
    with pytest.raises(InvalidRecord) as refused:
        asked(cast.wang, **values)
    assert [problem.field for problem in refused.value.problems] == [field]
