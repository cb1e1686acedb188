"""The warm process: it imports once what every page's kernel needs, then forks a kernel for each visitor.

It runs as ``python -m carekit.serve.warm`` with one end of a socket pair and belongs to one server. It holds no store, no key and nothing of a
visitor, runs no thread and no event loop, and ends when its server does. Linux and macOS only.

The server asks for a kernel with one byte on that socket and, with it, one end of a second socket pair: the line between the server and this
one kernel. All else is said on that line, past the warm process, in lines of JSON:

======================  ======================================================================================
server to kernel        kernel to server
======================  ======================================================================================
``{"begin": {...}}``    ``{"process": 123}``, then ``{"ready": true}`` when it answers its channels
``{"person": {...}}``   ``{"bound": true}`` when the variables are set; a second time ``{"bound": false}``
end of the line         the kernel ends at once, whatever it does
======================  ======================================================================================
"""
