"""Drafts and attachments: carekit.store.desk."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cast import Cast

from carekit.errors import Denied, NotFound, UserError
from carekit.records import Child, FamilyMember
from carekit.records.codes import Role
from carekit.store import ATTACHMENT_LIMIT
from carekit.store.schema import ATTACHMENT, DRAFT


def test_a_draft_is_kept_for_its_author_alone(cast: Cast) -> None:
    """A draft comes back to its author by kind and child, the newest content wins, and nobody else sees it."""
    desk = cast.desk(cast.wang)
    desk.save_draft("talk", cast.he.id, {"points": "他说"})
    saved = desk.save_draft("talk", cast.he.id, {"points": "他说想妈妈"})
    assert desk.draft("talk", cast.he.id) == saved and desk.drafts() == [saved]
    assert cast.desk(cast.li).drafts() == [] and cast.console.drafts() == []
    assert "想妈妈" not in repr(saved)


def test_a_draft_can_stand_without_a_child(cast: Cast) -> None:
    """A form about no child yet has a draft too; dropping it twice is no error."""
    desk = cast.desk(cast.wang)
    desk.save_draft("child", "", {"name": "新"})
    assert desk.draft("child", "") is not None
    desk.drop_draft("child", "")
    desk.drop_draft("child", "")
    assert desk.draft("child", "") is None


def test_no_draft_about_anothers_child(cast: Cast) -> None:
    """A draft about a child outside the scope is refused."""
    with pytest.raises(NotFound):
        cast.desk(cast.li).save_draft("talk", cast.he.id, {})


def test_an_attachment_comes_back_byte_for_byte_and_lies_sealed(cast: Cast) -> None:
    """A paper is given back as it was; in the database its bytes and nothing readable of it lie sealed."""
    content = b"\x89PNG" + "家访照片".encode() * 100
    desk = cast.desk(cast.wang)
    paper = desk.attach(Child, cast.he.id, "家访.png", content, "image/png")
    assert desk.attachments(Child, cast.he.id) == [paper] and paper.size == len(content)
    assert desk.attachment_bytes(Child, cast.he.id, paper.id) == content
    with cast.store.engine.connect() as connection:
        sealed = connection.execute(sa.select(ATTACHMENT.c.sealed)).scalar_one()
    assert content[:20] not in sealed and "家访" not in repr(paper)


@pytest.mark.parametrize("size", [0, ATTACHMENT_LIMIT + 1])
def test_an_empty_or_too_large_attachment_is_refused_in_words(cast: Cast, size: int) -> None:
    """Nothing and more than the stated limit are refused with the limit, and nothing is half-stored."""
    with pytest.raises(UserError, match="10 MB"):
        cast.console.attach(Child, cast.he.id, "x", b"0" * size, "image/png")
    assert cast.console.attachments(Child, cast.he.id) == []


def test_an_attachment_is_as_hidden_as_its_record(cast: Cast) -> None:
    """Another teacher, a role that does not see sensitive fields, and the withdrawn record's own teacher get nothing."""
    paper = cast.desk(cast.wang).attach(Child, cast.he.id, "x.png", b"1", "image/png")
    for desk in (cast.desk(cast.li), cast.desk(cast.wang, Role.SUBJECT_TEACHER), cast.desk(cast.wang, Role.ADMINISTRATOR)):
        assert desk.attachments(Child, cast.he.id) == []
        with pytest.raises(NotFound):
            desk.attachment_bytes(Child, cast.he.id, paper.id)
    with pytest.raises(NotFound):
        cast.desk(cast.wang).attachment_bytes(FamilyMember, cast.grandmother.id, paper.id)
    cast.console.withdraw(Child, cast.he.id, seen=1, reason="误建")
    with pytest.raises(NotFound):
        cast.desk(cast.wang).attachment_bytes(Child, cast.he.id, paper.id)
    assert list(cast.console.audit_lines().query("detail == 'attachment'").action).count("refused") == 5


def test_who_may_not_write_a_record_attaches_nothing(cast: Cast) -> None:
    """Attaching asks for the right to change the record."""
    with pytest.raises(Denied):
        cast.desk(cast.wang, Role.SUBJECT_TEACHER).attach(Child, cast.he.id, "x", b"1", "image/png")
    with pytest.raises(NotFound):
        cast.desk(cast.li).attach(Child, cast.he.id, "x", b"1", "image/png")


def test_a_draft_that_cannot_belong_to_anybody_is_unseen(cast: Cast) -> None:
    """Drafts of other people are in the table and in no one's list."""
    cast.desk(cast.wang).save_draft("talk", cast.he.id, {})
    with cast.store.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(DRAFT)).scalar() == 1
    assert cast.desk(cast.li).draft("talk", cast.he.id) is None
