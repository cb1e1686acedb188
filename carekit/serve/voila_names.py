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
    "jupyter_client.multikernelmanager.MultiKernelManager._pending_kernels": "kernels that did not start are taken out of it",
    "jupyter_client.multikernelmanager.MultiKernelManager._kernels": "the managers of single kernels by id",
    "jupyter_client.multikernelmanager.AsyncMultiKernelManager._context_default(self)": "its sockets are too few for a school",
    "jupyter_client.manager.KernelManager.provisioner": "set to one that forks, without an entry point of an installed package",
    "jupyter_client.manager.KernelManager.shutting_down": "an end that the server wants is not told to pages as a loss",
    "jupyter_client.provisioning.local_provisioner.LocalProvisioner.launch_kernel(self, cmd, kwargs)": "replaced by a fork",
    "jupyter_client.provisioning.local_provisioner.LocalProvisioner.send_signal(self, signum)": "not sent to a process that has ended",
    "jupyter_client.provisioning.local_provisioner.LocalProvisioner.process": "the forked kernel in place of a `Popen`",
    "jupyter_server.services.kernels.kernelmanager.AsyncMappingKernelManager.remove_kernel(self, kernel_id)": "every end of a kernel comes past it",
    "jupyter_server.services.kernels.kernelmanager.MappingKernelManager.notify_connect(self, kernel_id)": "a page has come",
    "jupyter_server.services.kernels.kernelmanager.MappingKernelManager.notify_disconnect(self, kernel_id)": "a page has gone",
    "jupyter_server.services.kernels.kernelmanager.ServerKernelManager.execution_state": "a kernel that works is not idle",
    "jupyter_server.services.kernels.kernelmanager.ServerKernelManager.last_activity": "since when a kernel is idle",
    "jupyter_client.ioloop.manager.AsyncIOLoopKernelManager.add_restart_callback(self, callback, event)": "whom to tell of a lost kernel",
    "ipykernel.kernelapp.IPKernelApp.init_control(self, context)": "without the thread of subshells, which no page has",
    "ipykernel.kernelapp.IPKernelApp.init_kernel(self)": "the kernel is made before the fork, its channels after it",
    "ipykernel.kernelapp.IPKernelApp.init_connection_file(self)": "a step of the start, after the fork",
    "ipykernel.kernelapp.IPKernelApp.init_sockets(self)": "a step of the start, after the fork",
    "ipykernel.kernelapp.IPKernelApp.init_io(self)": "a step of the start, after the fork",
    "ipykernel.kernelapp.IPKernelApp.init_signal(self)": "a step of the start, after the fork",
    "ipykernel.kernelapp.IPKernelApp.init_gui_pylab(self)": "a step of the start, after the fork",
    "ipykernel.kernelapp.IPKernelApp.init_pdb(self)": "a step of the start, before the fork",
    "ipykernel.kernelapp.IPKernelApp.init_shell(self)": "a step of the start, before the fork",
    "IPython.core.shellapp.InteractiveShellApp.init_path(self)": "a step of the start, after the fork",
    "IPython.core.shellapp.InteractiveShellApp.init_extensions(self)": "a step of the start, before the fork",
    "IPython.core.shellapp.InteractiveShellApp.init_code(self)": "a step of the start, before the fork",
    "IPython.core.application.BaseIPythonApplication.initialize(self, argv)": "reads settings, before the fork",
    "ipykernel.zmqshell.ZMQInteractiveShell.init_environment(self)": "variables of a shell, in the fresh environment of a forked kernel",
    "ipykernel.kernelbase.Kernel.shell_stream": "given after the fork",
    "ipykernel.kernelbase.Kernel.control_stream": "given after the fork",
    "ipykernel.kernelbase.Kernel.iopub_thread": "given after the fork",
    "ipykernel.kernelbase.Kernel.start(self)": "listens, without the debugger that ipykernel's own kernel starts",
    "ipykernel.kernelbase.Kernel._topic(self, topic)": "under which name a kernel speaks",
    "ipykernel.kernelbase.Kernel._supports_kernel_subshells": "false without their thread",
    "ipykernel.displayhook.ZMQShellDisplayHook.pub_socket": "given after the fork",
    "ipykernel.zmqshell.ZMQDisplayPublisher.pub_socket": "given after the fork",
    "ipywidgets.register_comm_target(kernel)": "imported before there was a kernel, ipywidgets does not know it",
    "voila.app.Voila.init_settings(self)": "login, limits and headers",
    "voila.app.Voila.init_handlers(self)": "Voila's routes, most of which are replaced or left out",
    "voila.app.Voila.setup_template_dirs(self)": "carekit's templates before Voila's",
    "voila.app.Voila.listen(self)": "tells the address when it is open",
    "voila.tornado.kernel_websocket_handler.VoilaKernelWebsocketHandler": "the socket of a page",
    "voila.tornado.handler.TornadoVoilaHandler.get(self, path)": "Voila's stock page, behind ``?page=stock``",
    "voila.shutdown_kernel_handler.VoilaShutdownKernelHandler": "replaced by one that asks whose the kernel is",
}
