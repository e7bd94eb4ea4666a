"""The contract of the three tables as pandera models, for pandas frames, and what is wrong with a frame in our words.

They are made from the one contract at the door: what `dq.validate` refuses or sets aside, they refuse. Importing this
package imports pandera, which takes half a second.

Examples:
    dq.schemas.OhlcData.validate(frame, lazy=True)
    dq.schemas.validate(frame, timezone="UTC")
    MyBars = dq.schemas.OhlcData.adapted(columns={"timestamp": "ts"})
"""

from dq.schemas.faults import Fault, faults, validate
from dq.schemas.models import Contracted, ErrorLog, OhlcData, ReferenceLevels

__all__ = ["Contracted", "ErrorLog", "Fault", "OhlcData", "ReferenceLevels", "faults", "validate"]
