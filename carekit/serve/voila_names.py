"""What carekit uses of Voila and of the Jupyter packages under it beyond their published interfaces.

Each name stands with its parameters, where it has any, so that a test fails loudly when an update changes one. Whoever uses another adds it here.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The dotted name, with the names of its parameters, and for what it is used.
USED: Mapping[str, str] = {
    "voila.execute.VoilaExecutor": "runs a page's cells; carekit.serve.kernels.executor starts its client",
    "nbclient.client.NotebookClient.async_start_new_kernel_client(self)": "replaced by one without fixed waits",
    "voila.utils.ENV_VARIABLE": "the variables by which Voila describes a request; carekit.serve.kernels.telling lets them through",
    "jupyter_server.services.kernels.kernelmanager.MappingKernelManager._handle_kernel_died(self, kernel_id)": "told that a kernel has ended by itself",
    "jupyter_server.services.kernels.kernelmanager.MappingKernelManager._kernel_connections": "how many pages a kernel has",
    "jupyter_server.services.kernels.kernelmanager.MappingKernelManager.cull_kernel_if_idle(self, kernel_id)": "carekit's own reasons to end a kernel",
    "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection.create_stream(self)": "two channels instead of four",
    "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection.nudge(self)": "waits for the kernel's greeting only",
    "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection._register_session(self)": "called when the page is whole",
    "nbclient.client.NotebookClient.process_message(self, msg, cell, cell_index)": "keeps outputs and the states of widgets",
    "nbclient.exceptions.CellControlSignal": "how process_message says that a cell is over",
    "jupyter_server.services.kernels.kernelmanager.MappingKernelManager.start_watching_activity(self, kernel_id)": "replaced by one that reads less",
    "jupyter_client.multikernelmanager.MultiKernelManager._pending_kernels": "kernels that did not start are taken out of it",
    "jupyter_client.multikernelmanager.MultiKernelManager._kernels": "the managers of single kernels by id",
    "jupyter_client.multikernelmanager.AsyncMultiKernelManager._context_default(self)": "its sockets are too few for a school",
    "jupyter_client.manager.KernelManager.provisioner": "set to one that forks, without an entry point of an installed package",
    "jupyter_client.manager.KernelManager.shutting_down": "an end that the server wants is not told to pages as a loss",
    "jupyter_client.provisioning.local_provisioner.LocalProvisioner.launch_kernel(self, cmd, kwargs)": "replaced by a fork",
    "jupyter_client.provisioning.local_provisioner.LocalProvisioner.send_signal(self, signum)": "not sent to a process that has ended",
}
