"""Pages for people: the apps served by Voila on this machine only (`server`), and JupyterLab on the same store (`lab`)."""

from carekit.serve.places import notebooks_folder, sample_data_folder

__all__ = ["notebooks_folder", "sample_data_folder"]
