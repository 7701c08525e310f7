"""The domain: what an interview is, what comes next and what it is worth. No input or output."""
