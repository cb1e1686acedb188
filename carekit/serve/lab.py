"""JupyterLab on a store, on this machine only: the same assets for charts, nothing fetched from outside, no child in a saved notebook."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from jupyterlab.labapp import LabApp
from traitlets.config import Config

from carekit.apps.session import ROLE_VARIABLE
from carekit.language import current_language
from carekit.records.codes import Role
from carekit.serve.handlers import Assets
from carekit.serve.kernels import OwnPython, environment
from carekit.serve.places import ASSETS_FOLDER, notebooks_folder
from carekit.serve.server import MESSAGE_LIMIT
from carekit.store import Store
from carekit.widgets import STATIC_PATH, static_folder, vega_bundle


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "carekit.serve.lab"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    """Serve the files of the charts, as the pages' own server does."""
    folders = [str(ASSETS_FOLDER), str(static_folder())]
    path = rf"{serverapp.base_url}{STATIC_PATH}(.*)"
    serverapp.web_app.add_handlers(".*$", [(path, Assets, {"folders": folders, "open_names": None})])


def run_lab(store: Store, folder: Path, *, port: int, browser: bool, role: Role) -> None:
    """Run JupyterLab in `folder` until interrupted, as the demo person of `role`; the apps' notebooks are copied there when missing."""
    vega_bundle()
    prepare_folder(folder)
    os.environ.update(environment(store, None) | {ROLE_VARIABLE: role.value, "CAREKIT_LANG": current_language().value})
    server = LabApp.initialize_server(argv=[], config=lab_config(folder, port=port, browser=browser))
    server.start()


def prepare_folder(folder: Path) -> None:
    """Copy the apps' notebooks into a working folder; what lies there already is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in notebooks_folder().glob("*.ipynb"):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)


def lab_config(folder: Path, *, port: int, browser: bool) -> Config:
    """Settings of JupyterLab: this machine only, a secret token in the address, no news, no updates, no extensions from outside."""
    return Config(
        {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": port,
                "open_browser": browser,
                "root_dir": str(folder.resolve()),
                # Voila's own extension would serve the working folder past carekit's pages.
                "jpserver_extensions": {"jupyterlab": True, "carekit.serve.lab": True, "voila.server_extension": False},
                "kernel_spec_manager_class": OwnPython,
                "allow_remote_access": False,
                # on a school's server or in a container the only user may be root; the token and loopback protect it there too
                "allow_root": True,
                "tornado_settings": {"websocket_max_message_size": MESSAGE_LIMIT},
            },
            "FileContentsManager": {"pre_save_hook": without_outputs},
            "LabApp": {
                "news_url": None,
                "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
                "extension_manager": "readonly",
            },
        }
    )


def without_outputs(model: dict[str, Any], **_: Any) -> None:
    """Jupyter's hook before a notebook is saved: outputs and widget states, which may show children, stay out of the file.

    A notebook is a plain file; the store is where children are kept.
    """
    if model.get("type") != "notebook" or model.get("content") is None:
        return
    content = model["content"]
    content["metadata"].pop("widgets", None)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
