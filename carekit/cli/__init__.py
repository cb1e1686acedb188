"""The parts of the command line: one module per group of commands, put together in `carekit.__main__`."""
