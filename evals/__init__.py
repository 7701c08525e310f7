"""Measurements of the program."""
