"""Start the web app: `python app.py [--local]`; PORT chooses the port."""

import sys

from interviewer.errors import InterviewerError
from interviewer.settings import Settings
from interviewer.ui.server import serve

if __name__ == "__main__":
    settings = Settings()
    try:
        serve(settings, port=settings.port, local="--local" in sys.argv[1:])
    except InterviewerError as error:
        sys.exit(f"{error}")
