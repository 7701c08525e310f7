"""The notice line: what a person has to know, in one sentence."""

from markupsafe import Markup

from interviewer.errors import InterviewerError, TurnTaken

_ALERT = Markup('<p role="alert">{}{}</p>')
_STATUS = Markup('<p role="status">{}</p>')
_RELOAD = Markup(' <a href="">Reload</a>')


def failure(error: InterviewerError) -> str:
    """An error's line. What was done in another window is a reload away."""
    return _ALERT.format(str(error), _RELOAD if isinstance(error, TurnTaken) else "")


def remark(text: str | None) -> str:
    """What the interviewer reports about its last turn; without a report the line is empty."""
    return _STATUS.format(text) if text else ""
