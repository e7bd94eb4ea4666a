"""Suites: which checks, how strict, how severe. JSON in Great Expectations' own format becomes values, or raises."""

from dq.suites.expectation import Expectation, Suite
from dq.suites.reading import load_suite
from dq.suites.shelf import suite_names

__all__ = ["Expectation", "Suite", "load_suite", "suite_names"]
