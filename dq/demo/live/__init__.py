"""A collector that replays lifelike bars as they would come, with troubles on a schedule and what must be told of them."""

from dq.demo.live.collector import Collector, Said
from dq.demo.live.days import day, often, quiet
from dq.demo.live.feed import LIVE
from dq.demo.live.schedule import Owed, Schedule, Trouble
from dq.demo.live.scripts import read_schedule

__all__ = ["LIVE", "Collector", "Owed", "Said", "Schedule", "Trouble", "day", "often", "quiet", "read_schedule"]
