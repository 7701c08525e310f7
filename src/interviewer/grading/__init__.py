"""Grading: from what a candidate said to verified evidence; never a number."""
