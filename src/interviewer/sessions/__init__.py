"""Sessions: the log of every interview, and the files it is exported to."""
