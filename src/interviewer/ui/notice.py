"""The notice line: what a person has to know, in one sentence."""

from interviewer.errors import InterviewerError, TurnTaken
from interviewer.ui.templating import render


def failure(error: InterviewerError, session: str = "") -> str:
    """An error's line. What was done in another window is a reload of the session away."""
    elsewhere = session if isinstance(error, TurnTaken) else ""
    return render("notice.html", role="alert", text=str(error), session=elsewhere)


def remark(text: str | None) -> str:
    """What the interviewer reports about its last turn; without a report the line is empty."""
    return render("notice.html", role="status", text=text, session="") if text else ""
