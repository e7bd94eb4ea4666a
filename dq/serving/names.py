"""Every metric of `/metrics`; docs/metrics.md tells the same."""

from __future__ import annotations

from dataclasses import dataclass

BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)  # seconds of a run
VERDICTS = ("pass", "fail", "unknown")
STATES = ("closed", "half-open", "open")
ONE_SERIES = ("cadence", "instrument", "interval")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is declared.

    Attributes:
        kind: gauge, counter or histogram.
        about: one sentence, with the unit.
    """

    name: str
    kind: str
    about: str
    labels: tuple[str, ...] = ()


METRICS = (
    Metric("dq_build_info", "gauge", "Always 1; which dq runs.", ("version",)),
    Metric("dq_runs_total", "counter", "Runs since the watch began.", ("cadence", "verdict")),
    Metric("dq_run_seconds", "histogram", "Seconds that a run took, attempts and pauses included.", ("cadence",)),
    Metric("dq_last_run_timestamp_seconds", "gauge", "When the newest run began, Unix seconds.", ("cadence",)),
    Metric(
        "dq_last_success_timestamp_seconds",
        "gauge",
        "When the newest run began that could tell, Unix seconds.",
        ("cadence",),
    ),
    Metric("dq_next_run_timestamp_seconds", "gauge", "When the next run is due, Unix seconds.", ("cadence",)),
    Metric("dq_verdict", "gauge", "1 for the verdict of the newest run, 0 for the others.", ("cadence", "verdict")),
    Metric("dq_series", "gauge", "Series of the newest run, by verdict.", ("cadence", "verdict")),
    Metric("dq_series_left_out", "gauge", "Series of the newest run beyond the thousand that are shown.", ("cadence",)),
    Metric("dq_run_quality_score", "gauge", "Quality of the newest run, 0 to 100.", ("cadence",)),
    Metric("dq_quality_score", "gauge", "Quality of a series, 0 to 100.", ONE_SERIES),
    Metric(
        "dq_completeness_ratio", "gauge", "Share of the slots owed for certain that have a bar, 0 to 1.", ONE_SERIES
    ),
    Metric("dq_bars", "gauge", "Bars judged.", ONE_SERIES),
    Metric(
        "dq_freshness_market_seconds",
        "gauge",
        "Market time owed since the newest bar, seconds; 0 while nothing is owed.",
        ("instrument", "interval"),
    ),
    Metric("dq_findings", "gauge", "Findings of the newest run.", ("cadence", "check", "severity")),
    Metric("dq_incidents_open", "gauge", "Incidents that last.", ("severity",)),
    Metric("dq_source_seconds", "gauge", "Seconds until the newest run had read everything.", ("cadence",)),
    Metric("dq_source_failures", "gauge", "Runs in a row that could not reach the source."),
    Metric("dq_source_retries_total", "counter", "Further attempts at a source since the watch began."),
    Metric("dq_breaker_state", "gauge", "1 for the state of the circuit breaker, 0 for the others.", ("state",)),
    Metric("dq_alerts_pending", "gauge", "Messages not sent yet.", ("channel",)),
    Metric("dq_alert_attempts_failed", "gauge", "Failed attempts at the messages not sent yet.", ("channel",)),
    Metric(
        "dq_alert_oldest_pending_seconds", "gauge", "Age of the oldest message not sent yet, seconds.", ("channel",)
    ),
    Metric("dq_heartbeat_failures_total", "counter", "Pings of the heartbeat that failed since the watch began."),
    Metric("dq_heartbeat_up", "gauge", "1 where the newest ping arrived, 0 where it did not."),
    Metric("dq_history_bytes", "gauge", "Size of the history's file, bytes."),
    Metric("dq_watch_silent_seconds", "gauge", "Seconds since the watch was last seen to turn."),
    Metric("dq_threads", "gauge", "Threads of the watch."),
)
PROCESS = (  # of the client library; on Linux alone
    Metric("process_resident_memory_bytes", "gauge", "Memory in use (RSS), bytes."),
    Metric("process_virtual_memory_bytes", "gauge", "Memory mapped, bytes."),
    Metric("process_cpu_seconds_total", "counter", "Seconds of processor time."),
    Metric("process_open_fds", "gauge", "Open file descriptors."),
    Metric("process_max_fds", "gauge", "File descriptors that may be open."),
    Metric("process_start_time_seconds", "gauge", "When the watch began, Unix seconds."),
)
