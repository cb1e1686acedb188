"""What kind of file was given and what stands in its cells, and the workbooks and tables that are given out."""
