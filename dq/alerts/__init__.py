"""Alerts: which channel must be told what, in which words, and how the words get there.

What is to be told is decided where a run is recorded, and lies in the history until a courier, a short process of its
own, has sent it: a channel that is down keeps no run waiting.
"""

from dq.alerts.queueing import channels_down, silence_text, unmatched_text
from dq.alerts.rules import matches, messages_due
from dq.alerts.wording import Words

__all__ = ["Words", "channels_down", "matches", "messages_due", "silence_text", "unmatched_text"]
