"""The kernels behind the pages: started for one person, bound to that person by the server, ended with their login.

On Linux and macOS a warm process (`carekit.serve.warm`) forks them, one ahead; elsewhere they are ordinary processes. Either way the server alone
says whose a kernel is; the address, headers and messages of the browser say nothing about it.
"""

from carekit.serve.kernels.own_python import OwnPython
from carekit.serve.kernels.page_kernels import Ownership, PageKernels
from carekit.serve.kernels.room import NoRoom
from carekit.serve.kernels.telling import environment, without_secrets

__all__ = ["NoRoom", "OwnPython", "Ownership", "PageKernels", "environment", "without_secrets"]
