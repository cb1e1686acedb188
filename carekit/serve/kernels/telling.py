"""What a kernel is told of its server, its store and its visitor, as variables of its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Protocol

from carekit.apps.session import KEY_VARIABLE, ROLE_VARIABLE, STORE_VARIABLE
from carekit.language import Language
from carekit.records.codes import Role
from carekit.serve.places import IMPORT_FOLDER
from carekit.serve.visitor import Visitor
from carekit.store import Store
from carekit.store.engine import is_postgres
from carekit.widgets.element import HELD_VARIABLE

#: The person of a kernel: staff id and role.
ACTOR_VARIABLE = "CAREKIT_ACTOR"
#: What a kernel may know of the server's environment: where things lie, which language, time and day. All else may be a secret.
_KEPT = frozenset(
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP VIRTUAL_ENV LD_LIBRARY_PATH DYLD_LIBRARY_PATH FONTCONFIG_PATH FONTCONFIG_FILE "
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE USERNAME APPDATA LOCALAPPDATA PROGRAMDATA HOMEDRIVE HOMEPATH "
    "IPYTHONDIR JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR JUPYTER_PLATFORM_DIRS "
    "CAREKIT_TODAY CAREKIT_LANG".split()
)
_KEPT_BEGINNINGS = ("LC_", "PYTHON", "XDG_")
#: What Voila says of the request for which it starts a kernel. The address of the page is in it, so it is the visitor's alone.
_REQUEST = frozenset(
    "QUERY_STRING PATH_INFO SCRIPT_NAME SERVER_NAME SERVER_PORT SERVER_SOFTWARE SERVER_PROTOCOL "
    "VOILA_PREHEAT VOILA_BASE_URL VOILA_SERVER_URL VOILA_REQUEST_URL VOILA_APP_IP VOILA_APP_PORT VOILA_WS_PROTOCOL VOILA_WS_BASE_URL".split()
) | {HELD_VARIABLE}
#: How libpq is told of a database beside its address, its password included.
_POSTGRES_BEGINNING = "PG"
#: One thread each for sums and as many memory arenas as a kernel can use: a page computes little, and there are many pages.
_MODEST = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class RoleOnly(Protocol):
    """Somebody who has no account: who holds the key and opens a notebook without the pages' server names a role."""

    @property
    def role(self) -> Role:
        """As whom the apps open."""

    @property
    def language(self) -> Language:
        """In which language."""


def without_secrets(variables: Mapping[str, str]) -> dict[str, str]:
    """Of the server's environment what a kernel may know: named parts only, so that a secret nobody thought of stays out."""
    return {name: value for name, value in variables.items() if name.upper() in _KEPT or name.upper().startswith(_KEPT_BEGINNINGS)}


def of_request(variables: Mapping[str, str]) -> dict[str, str]:
    """What Voila says of a request, and nothing else of `variables`."""
    return {name: value for name, value in variables.items() if name in _REQUEST}


def of_everybody() -> dict[str, str]:
    """The environment of every kernel before it belongs to anybody: no store, no key, no person."""
    return {**without_secrets(os.environ), **_MODEST, **_importing()}


def environment(store: Store, visitor: Visitor | RoleOnly | None) -> dict[str, str]:
    """What one visitor's kernel must know: store, key, person, language, and where to import carekit from.

    The key travels on the kernel's own line or in the environment of its process, neither of which other users of the machine can read;
    never in an argument.
    """
    variables = {STORE_VARIABLE: store.location, KEY_VARIABLE: store.key.hex(), **_importing()}
    if is_postgres(store.location):
        variables |= {name: value for name, value in os.environ.items() if name.startswith(_POSTGRES_BEGINNING)}
    if isinstance(visitor, Visitor):
        variables |= {ACTOR_VARIABLE: f"{visitor.staff_id}:{visitor.role.value}", "CAREKIT_LANG": visitor.language.value}
    elif visitor is not None:
        variables |= {ROLE_VARIABLE: visitor.role.value, "CAREKIT_LANG": visitor.language.value}
    return variables


def _importing() -> dict[str, str]:
    if "site-packages" in IMPORT_FOLDER.parts:
        return {"PYTHONUTF8": "1"}
    return {"PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(filter(None, [str(IMPORT_FOLDER), os.environ.get("PYTHONPATH")]))}
