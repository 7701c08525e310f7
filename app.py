"""Start the web app: `python app.py [--local]`; PORT chooses the port."""

import sys

from interviewer.cli import main

if __name__ == "__main__":
    main("serve", *sys.argv[1:])
