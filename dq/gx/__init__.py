"""Every check as a Great Expectations expectation: `import dq.gx` registers them.

One class a check, `ExpectNoMissingBar` of type `expect_no_missing_bar` and so on, for any suite, checkpoint or validation
definition of Great Expectations. They are attributes of this module.
"""

from typing import TYPE_CHECKING

from dq.gx.quietly import import_quietly

import_quietly()  # before all else here, which imports Great Expectations as it comes

from dq.gx.classes import EXPECTATIONS  # noqa: E402  see above
from dq.gx.contexts import context  # noqa: E402  see above
from dq.gx.suites import suite  # noqa: E402  see above

__all__ = ["EXPECTATIONS", "context", "suite", *EXPECTATIONS]  # noqa: PLE0604  names of classes are texts

globals().update(EXPECTATIONS)

if TYPE_CHECKING:
    from typing import Any

    def __getattr__(name: str) -> Any: ...  # the classes, whose names only the checks know
