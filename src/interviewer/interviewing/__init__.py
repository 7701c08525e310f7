"""The interviewing agent: understands a message, decides on a move and says it."""
