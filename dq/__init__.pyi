# What type checkers and editors read in place of __init__.py, which finds these names on first use.
from dq import schemas as schemas
from dq.api.profiling import profile as profile
from dq.api.run import Run as Run
from dq.api.sampling import sample as sample
from dq.api.suites import suite as suite
from dq.api.trying import selftest as selftest
from dq.api.validating import validate as validate
from dq.model import Bars as Bars
from dq.model import DqError as DqError
from dq.model import Finding as Finding
from dq.model import Incident as Incident

__version__: str
