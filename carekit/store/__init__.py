"""Where records are kept: encrypted, every version, each person inside their own scope."""

from carekit.access import Actor
from carekit.store.backups import BackupReport, backup, examine, restore, verify
from carekit.store.desk import Desk, Draft
from carekit.store.keys import new_key, read_key_file, write_key_file
from carekit.store.merging import Merged, Unmerged
from carekit.store.papers import ATTACHMENT_LIMIT, Attachment
from carekit.store.revision import Conflict, Revision
from carekit.store.store import Store

__all__ = [
    "ATTACHMENT_LIMIT",
    "Actor",
    "Attachment",
    "BackupReport",
    "Conflict",
    "Desk",
    "Draft",
    "Merged",
    "Revision",
    "Store",
    "Unmerged",
    "backup",
    "examine",
    "new_key",
    "read_key_file",
    "restore",
    "verify",
    "write_key_file",
]
