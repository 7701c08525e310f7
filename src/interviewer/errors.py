"""Every error that the program raises on purpose.

    InterviewerError
    ├── BadInput              the user's input cannot be used; nothing was changed
    │   └── TurnTaken         the turn was already answered, in another tab or terminal
    ├── SetupError            the installation or the settings cannot work
    │   ├── KnowledgeError    a file in knowledge/ or prompts/ is wrong
    │   └── StorageError      the data folder or the database cannot be used
    └── ModelError            the language model failed
        ├── ModelUnavailable  it cannot be reached, refused the key or did not answer in time
        └── MalformedOutput   it answered, but not in the form that was asked for

The message of an error is one line for a person: what is wrong and what to do about it.
Faces print that line; they never print a traceback for an `InterviewerError`.
"""


class InterviewerError(Exception):
    """Base of every error of this program."""


class BadInput(InterviewerError):
    """The user's input cannot be used; nothing was changed."""


class TurnTaken(BadInput):
    """The turn that is being answered was already answered elsewhere."""


class SetupError(InterviewerError):
    """The installation or the settings cannot work."""


class KnowledgeError(SetupError):
    """A knowledge or prompt file is wrong.

    Attributes:
        faults: one line a fault, each starting with ``file:line``.
    """

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count} in the knowledge files:\n" + "\n".join(faults))


class StorageError(SetupError):
    """The data folder or the database cannot be used."""


class ModelError(InterviewerError):
    """The language model failed."""


class ModelUnavailable(ModelError):
    """The model cannot be reached, refused the key or did not answer in time."""


class MalformedOutput(ModelError):
    """The model answered, but not in the form that was asked for."""
