"""The demo: a real PostgreSQL in a folder, thirty lifelike days of bars with known defects, and what dq says of them."""

from dq.demo.asking import Shell, ask, question, show
from dq.demo.comparison import alarms, differences
from dq.demo.dens import Den, end, keep, lend
from dq.demo.plot import in_words
from dq.demo.server import Server, pause, resume
from dq.demo.story import Chapter, Story, story
from dq.demo.tables import fill

__all__ = [
    "Chapter",
    "Den",
    "Server",
    "Shell",
    "Story",
    "alarms",
    "ask",
    "differences",
    "end",
    "fill",
    "in_words",
    "keep",
    "lend",
    "pause",
    "question",
    "resume",
    "show",
    "story",
]
