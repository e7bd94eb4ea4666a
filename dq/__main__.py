"""`python -m dq`, the same as `dq`."""

import sys

from dq.cli import main

sys.exit(main())
