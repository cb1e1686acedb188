"""A kernel in two halves: all that needs no socket is made before the fork, once for all; the rest by each kernel for itself."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import ipywidgets
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.application import BaseIPythonApplication
from jupyter_client.session import Session
from traitlets.config import Config
from zmq.eventloop.zmqstream import ZMQStream

#: Not the parent's number: Jupyter then polls no parent. The line tells at once when the server has gone, and lets kernels outlive the warm process.
_NO_PARENT = 1


class _NoSubshells:
    """Stands where ipykernel looks for the thread of subshells. It counts as none, but names the thread in which cells run: one that awaits asks for it."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class _PageKernel(IPythonKernel):
    @property
    def _supports_kernel_subshells(self) -> bool:
        return False

    def start(self) -> None:
        """Ipykernel's call: listen. Without its own class's step, which starts the debugger and complains when there is none."""
        super(IPythonKernel, self).start()


class PageApplication(IPKernelApp):
    """ipykernel's application, `prepare`d in the warm process and `open`ed in a forked one.

    Without what no page uses: heartbeats (the line tells more), subshells, a debugger. Each would be a thread or two.
    """

    #: Made before the fork, when ipykernel would not have it yet.
    shell: Any

    @classmethod
    def prepared(cls) -> PageApplication:
        """The application with its kernel and shell, before the fork. It has no session, sockets or threads, and must not run anything yet."""
        settings = Config()
        # no thread that writes down what is run, and none that listens to what C code prints
        settings.HistoryManager.enabled = False
        settings.IPKernelApp.capture_fd_output = False
        application: PageApplication = cls.instance(parent_handle=_NO_PARENT, config=settings)
        BaseIPythonApplication.initialize(application, [])
        application.init_pdb()
        application.kernel = _PageKernel.instance(
            parent=application,
            log=application.log,
            profile_dir=application.profile_dir,
            user_ns=application.user_ns,
            shell_channel_thread=_NoSubshells(),
        )
        application.init_shell()
        application.init_extensions()
        application.init_code()
        # imported before there was a kernel, ipywidgets could not yet say which messages are its own
        ipywidgets.register_comm_target(application.kernel)
        return application

    def open(self, connection: str) -> None:
        """After the fork: take the channels of the connection file `connection`."""
        self.connection_file = connection
        self.session = Session(parent=self)
        self.init_connection_file()
        self.init_sockets()
        self.init_io()
        self.init_signal()
        self.init_kernel()
        self.shell.init_environment()
        self.init_path()
        self.init_gui_pylab()

    def init_control(self, context: Any) -> None:
        """Ipykernel's call: the channel of control, without the one of subshells."""
        super().init_control(context)
        self.shell_channel_thread = None

    def init_kernel(self) -> None:
        """Give the kernel its channels, as ipykernel does when it makes one."""
        kernel, shell, session = self.kernel, self.shell, self.session
        self.control_thread.start()
        kernel.session = session
        kernel.shell_stream = ZMQStream(self.shell_socket)
        kernel.control_stream = ZMQStream(self.control_socket, self.control_thread.io_loop)
        kernel.control_thread, kernel.iopub_thread = self.control_thread, self.iopub_thread
        kernel.iopub_socket, kernel.stdin_socket = self.iopub_socket, self.stdin_socket
        kernel.ident = str(uuid.uuid4())
        shell.displayhook.topic = kernel._topic("execute_result")
        for speaker in (shell.displayhook, shell.display_pub):
            speaker.session, speaker.pub_socket = session, self.iopub_socket
        self.displayhook.get_execution_count = lambda: kernel.execution_count
