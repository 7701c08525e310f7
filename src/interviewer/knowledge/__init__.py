"""The interview's content: reading it, embedding it and finding passages in it."""
