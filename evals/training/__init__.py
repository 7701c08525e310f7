"""Fitting the built-in grader. It needs packages that the program does not; see ``fit``."""
