"""Pages for people: the apps served by Voila on this machine only, and JupyterLab on the same store."""

from carekit.serve.places import notebooks_folder, sample_data_folder
from carekit.serve.server import page_server

__all__ = ["notebooks_folder", "page_server", "sample_data_folder"]
