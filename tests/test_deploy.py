"""What stands in deploy/ is what dq, and the programs that it is written for, understand."""

import getpass
import grp
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import click
import pytest
import yaml
from bar_tables import SECOND, create, fill
from validate_support import csv_of, holed, taken, walk

from dq.cli.commands import commands
from dq.model import DAY, HOUR, MINUTE, instant_text
from dq.settings import read_settings
from dq.settings.rules import duration
from dq.suites import load_suite

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("dq-*"))
OTHERS = ("alerts.toml", "grafana", "prometheus")  # they speak of dq, and call nothing
TEXTS = [
    path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.relative_to(DEPLOY).parts[0] not in OTHERS
]
TEXTS += [ROOT / "docs" / "deploy.md", ROOT / "docs" / "logs.md"]
SUBCOMMANDS = "validate|watch|alerts|report|incidents|doctor|init|docs"
SAID = re.compile(rf"(?<![\w.-])dq ((?:{SUBCOMMANDS})\b(?: +(?:\"?\$[\w@]+\"?|[\w./:=-]+))*)")
VALUES = {"--window": "1h", "--from": "2026-01-01T00:00Z", "--to": "2026-01-02T00:00Z"}


def invocations(path):
    """Every command of dq in that file, as words, with values for the variables of its shell."""
    for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        for said in SAID.findall(line):
            words = said.replace('"', "").replace("$@", "x.csv").split()
            yield [
                VALUES.get(before, "x") if "$" in word else word
                for before, word in zip(["", *words], words, strict=False)
            ]


COMMANDS = sorted({(path.relative_to(ROOT).as_posix(), *words) for path in TEXTS for words in invocations(path)})


@pytest.mark.parametrize("said", COMMANDS, ids=" ".join)
def test_every_command_is_one_that_dq_has(said):
    admitted(said[1:])


def admitted(words):
    command, context = commands, click.Context(commands, info_name="dq")
    while isinstance(command, click.Group) and words:
        name, command, words = command.resolve_command(context, list(words))
        context = click.Context(command, parent=context, info_name=name)
    command.make_context(name, list(words), parent=None)


def test_containers_start_commands_that_dq_has():
    text = (DEPLOY / "docker" / "Dockerfile").read_text("utf-8")
    assert json.loads(re.search(r"^ENTRYPOINT (.*)$", text, re.MULTILINE)[1]) == ["dq"]
    admitted(json.loads(re.search(r"^CMD (.*)$", text, re.MULTILINE)[1]))
    composed = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text("utf-8"))
    admitted(composed["services"]["dq"]["command"])


def test_the_commands_are_found():
    assert {"deploy/systemd/dq-watch.service", "deploy/cron/dq.crontab", "docs/deploy.md"} <= {
        one[0] for one in COMMANDS
    }
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("name", ["staging", "production"])
def test_settings_are_admitted(tmp_path, name):
    shutil.copy(DEPLOY / "settings" / f"{name}.toml", tmp_path / "dq.toml")
    shutil.copy(DEPLOY / "settings" / ".env.example", tmp_path / ".env")
    settings = read_settings({"HOME": str(tmp_path)}, tmp_path)
    assert settings.source.url.startswith("postgresql://dq_reader:")
    assert {one.url.partition("://")[0] for one in settings.alerts} <= {"slack", "pagerduty"}
    assert settings.alerts[0].url.endswith(("#dq", "#dq-staging"))
    assert settings.watches
    assert settings.log.format == "json"
    for one in settings.watches:
        assert one.suite is None or load_suite(one.suite)


def test_no_run_may_take_so_long_that_the_watchdog_bites():
    unit = (DEPLOY / "systemd" / "dq-watch.service").read_text("utf-8")
    (minutes,) = re.findall(r"^WatchdogSec=(\d+)min$", unit, re.MULTILINE)
    watches = tomllib.loads((DEPLOY / "settings" / "production.toml").read_text("utf-8"))["watch"]
    assert max(duration(one.get("deadline", "30s")) for one in watches) < int(minutes) * 60 * SECOND


def test_the_manual_quotes_the_unit_as_it_is():
    unit = (DEPLOY / "systemd" / "dq-watch.service").read_text("utf-8").splitlines()
    (quoted,) = re.findall(r"```ini\n(.*?)```", (ROOT / "docs" / "watch.md").read_text("utf-8"), re.DOTALL)
    assert [line for line in quoted.splitlines() if line not in unit] == []


def test_staging_wakes_nobody():
    both = [
        tomllib.loads((DEPLOY / "settings" / f"{name}.toml").read_text("utf-8")) for name in ("staging", "production")
    ]
    channels = [{one["url"] for one in settings["alert"]} for settings in both]
    assert channels[0].isdisjoint(channels[1])
    assert both[0]["serve"] != both[1]["serve"]
    assert both[0]["log"]["file"] != both[1]["log"]["file"]


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.y*ml")), ids=lambda path: path.name)
def test_yaml_is_yaml(path):
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.json")), ids=lambda path: path.name)
def test_json_is_json(path):
    assert isinstance(json.loads(path.read_text("utf-8")), dict)


def test_what_collects_logs_reads_the_file_that_production_writes():
    file = tomllib.loads((DEPLOY / "settings" / "production.toml").read_text("utf-8"))["log"]["file"]
    readers = ("filebeat/filebeat.yml", "cloudwatch/amazon-cloudwatch-agent.json", "datadog/conf.yaml")
    assert [name for name in readers if f"{file}" not in (DEPLOY / name).read_text("utf-8")] == []


def test_datadogs_rules_turn_our_line_into_theirs():
    line = '{"status": "fail", "event": "status: \\"event\\": \\"x\\"", "n": 1}'
    (log,) = yaml.safe_load((DEPLOY / "datadog" / "conf.yaml").read_text("utf-8"))["logs"]
    for rule in log["log_processing_rules"]:
        line = re.sub(rule["pattern"], rule["replace_placeholder"], line)
    assert json.loads(line) == {"outcome": "fail", "message": 'status: "event": "x"', "n": 1}


def test_the_workflow_names_majors_and_keeps_secrets_in_the_environment():
    text = (DEPLOY / "github" / "dq.yml").read_text("utf-8")
    steps = yaml.safe_load(text)["jobs"]["validate"]["steps"]
    assert all(re.search(r"@v\d+$", one["uses"]) for one in steps if "uses" in one)
    assert not any("${{" in one.get("run", "") for one in steps)


def test_crontab_lines_are_whole():
    text = (DEPLOY / "cron" / "dq.crontab").read_text("utf-8")
    lines = [one for one in text.splitlines() if one and not one.startswith("#")]
    jobs = [one for one in lines if not re.match(r"[A-Z_]+=", one)]
    assert all(re.match(r"(?:[\d*/,-]+\s+){5}dq cd /var/lib/dq && ", one) for one in jobs)
    assert not any("%" in one for one in jobs)  # cron takes it for a newline
    assert jobs


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_units_are_verified_and_hardened(tmp_path):
    true = shutil.which("true")
    for name in UNITS:
        unit = (DEPLOY / "systemd" / name).read_text("utf-8").replace("/opt/dq/bin/dq", true)
        (tmp_path / name).write_text(unit, "utf-8")
    verify = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    answer = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert not [line for line in answer.stderr.splitlines() if "dq-" in line]
    services = [str(tmp_path / name) for name in UNITS if name.endswith(".service")]
    exposed = ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", *services]
    assert subprocess.run(exposed, capture_output=True, check=False).returncode == 0  # 1.5 of 10


@pytest.mark.skipif(not shutil.which("logrotate", path="/usr/sbin:/usr/bin"), reason="logrotate is not installed")
def test_logrotate_understands_its_file(tmp_path):
    (tmp_path / "dq.log").write_text("{}\n" * 10, "utf-8")
    tmp_path.chmod(0o750)
    ours = f"{getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name}"
    text = (DEPLOY / "logrotate" / "dq").read_text("utf-8").replace("/var/log/dq", str(tmp_path)).replace("dq dq", ours)
    (tmp_path / "config").write_text(text, "utf-8")
    (tmp_path / "config").chmod(0o644)
    program = shutil.which("logrotate", path="/usr/sbin:/usr/bin")
    words = [program, "-f", "-s", tmp_path / "state", tmp_path / "config"]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert [path.name for path in tmp_path.glob("dq.log*")] != ["dq.log"]
    assert not (tmp_path / "dq.log").exists()  # dq makes the new one


def test_the_image_holds_no_secret_and_no_root():
    text = (DEPLOY / "docker" / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]
    copied = {word for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for word in line.split()}
    allowed = set(
        re.findall(r"^!(.*)$", (DEPLOY / "docker" / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    )
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert not re.search(r"(?i)^(?:ARG|ENV) .*(?:password|secret|token|_url)", text, re.MULTILINE)


def test_a_rollback_that_lost_and_doubled_bars_is_told(shell):
    bars = walk(120)
    doubled = csv_of(taken(bars, [*range(50), *range(60, 120), *range(100, 110)]), "BTC-USD")
    clean = csv_of(bars, "BTC-USD")
    words = ("--calendar", "24/7", "--interval", "1m", "--suite", str(DEPLOY / "rollback.json"))
    found = shell.json(shell.write("doubled.csv", doubled), *words)
    assert found.status == 1
    checks = {one["check"] for one in json.loads(found.out)["findings"]}
    assert {"missing_bar", "duplicate_timestamp"} <= checks
    assert shell.json(shell.write("clean.csv", clean), *words).status == 0


def test_the_rollback_script_asks_and_passes_the_status_on(shell, tmp_path):
    shell.write("bars.csv", holed())
    program = tmp_path / "bin" / "dq"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dq "$@"\n', "utf-8")
    program.chmod(0o755)
    environment = shell.environment | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    script, now = DEPLOY / "rollback-check.sh", int(time.time()) // 60 * MINUTE  # the product's own clock

    def check(since, until, source):
        asked = [script, instant_text(since), instant_text(until), source]
        return subprocess.run(asked, cwd=shell.folder, env=environment, capture_output=True, text=True, check=False)

    answer = check(now - DAY, now, "nowhere.csv")
    assert (answer.returncode, "nowhere.csv does not exist" in answer.stderr) == (2, True)
    assert subprocess.run([script], env=environment, capture_output=True, check=False).returncode == 2
    source = shell.write("silent.csv", csv_of(walk(120, start=now - 140 * MINUTE), "BTC-USD"))  # silent for 20 minutes
    for until, told in ((now + 30 * MINUTE, "stale_series"), (now - 5 * MINUTE, "missing_bar")):
        answer = check(now - 2 * HOUR, until, source)
        assert (answer.returncode, told in answer.stdout) == (1, True), answer.stdout
        assert ("after now: judged up to" in " ".join(answer.stdout.split())) is (until > now)


@pytest.mark.skipif(not shutil.which("psql"), reason="psql is not installed")
def test_a_database_looks_at_itself(server, schema):
    (now,) = server.run("SELECT extract(epoch FROM date_trunc('minute', now()))::bigint")[0]
    create(server, schema)
    fill(server, schema, first=(now - 30 * 60) * SECOND)  # ten bars, then none for twenty minutes
    server.run(
        f"CREATE TABLE {schema}.error_log (component text, operation text, error_message text, severity text, timestamp "
        "timestamptz)",
        f"INSERT INTO {schema}.error_log VALUES ('collector', 'fetch', 'no answer', 'error', now() - interval '5 minutes')",
    )
    program = ["psql", server.url, "-qv", "ON_ERROR_STOP=1", "-c", f"SET search_path TO {schema}"]
    program += ["-f", DEPLOY / "sql" / "pg_cron.sql"]
    for _ in range(2):  # run again it changes nothing
        answer = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr
        assert "pg_cron is not there" in answer.stderr
    try:
        assert server.run("SELECT dq_hourly.look()") == [(4,)]
        seen = server.run("SELECT what, found ->> 'instrument' FROM dq_hourly.seen ORDER BY 1, 2")
        assert seen == [("failed_cycles", None), ("failed_cycles", None), ("stale", "ES"), ("stale", "NQ=F")]
    finally:
        server.run("DROP SCHEMA dq_hourly CASCADE")


def test_nothing_names_a_workplace():
    homes = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")
    assert [path.name for path in TEXTS if homes.search(path.read_text("utf-8"))] == []
