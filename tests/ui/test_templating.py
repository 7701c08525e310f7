from interviewer.ui.templating import capital, clock, markdown


def test_seconds_are_shown_as_a_clock() -> None:
    assert [clock(0), clock(65.9), clock(3725)] == ["0:00", "1:05", "62:05"]


def test_only_the_first_letter_is_made_a_capital() -> None:
    assert capital("serving and ML scale") == "Serving and ML scale"
    assert capital("") == ""


def test_markdown_runs_no_html_and_no_script_link() -> None:
    html = markdown("**Bold** <img src=x onerror=alert(1)> [here](javascript:alert(1))")
    assert "<strong>Bold</strong>" in html
    assert "<img" not in html
    assert "href" not in html
