"""What the notebooks show: one module per notebook, each an app built by one function."""
