from interviewer.errors import BadInput, TurnTaken
from interviewer.ui.notice import failure, remark


def test_an_error_is_one_escaped_line() -> None:
    assert failure(BadInput("No <b>.")) == '<p role="alert">No &lt;b&gt;.</p>'


def test_a_turn_taken_elsewhere_offers_a_reload() -> None:
    assert '<a href="?session=one">Reload</a>' in failure(TurnTaken("Answered."), "one")
    assert "Reload" not in failure(BadInput("Empty."), "one")


def test_without_a_report_there_is_no_line() -> None:
    assert remark(None) == ""
    assert remark("Built-in.") == '<p role="status">Built-in.</p>'
