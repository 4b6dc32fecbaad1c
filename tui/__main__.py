"""`python -m tui` is `ackademy`."""

import sys

from tui.cli import main

sys.exit(main())
