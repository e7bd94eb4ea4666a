"""What other programs and people see of a watch while it works: health, metrics, and the site of the newest run."""

from dq.serving.server import Server, serve
from dq.serving.told import Due, Round, Standing

__all__ = ["Due", "Round", "Server", "Standing", "serve"]
