"""The alarms, the dashboard and the scrape settings name numbers and places that exist."""

import json
import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client import Counter

from chassis import telemetry
from chassis.telemetry import REGISTRY
from tests.architecture.test_docs import anchors
from tests.compose.files import OURS, ROOT, containers

OBSERVE = ROOT / "deploy/compose/observe"


def read(name: str) -> Any:
    return yaml.safe_load((OBSERVE / name).read_text("utf-8"))


def told() -> set[str]:
    """Return every name under which Prometheus gets a number of ours."""
    names = set()
    for metric in REGISTRY.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        names |= {f"{metric.name}{end}" for end in suffixes.get(metric.type, ("",))}
    return names


def dashboard() -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(
        (OBSERVE / "grafana/dashboards/kiem.json").read_text("utf-8")
    )
    return shown


def questions() -> list[str]:
    return [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]


def rules() -> list[dict[str, Any]]:
    return [rule for group in read("alerts.yaml")["groups"] for rule in group["rules"]]


def test_every_number_that_is_asked_for_is_told() -> None:
    asked = [*questions(), *(rule["expr"] for rule in rules())]
    named = set(re.findall(r"\bkiem_\w+", " ".join(asked)))
    assert not named - told(), "no service tells these"
    assert len(named) > 10


def test_every_alarm_leads_into_the_runbook_which_knows_of_it() -> None:
    known = anchors(ROOT / "docs/runbook.md")
    for rule in rules():
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (file, anchor in known) == ("docs/runbook.md", True), rule["alert"]
    runbook = (ROOT / "docs/runbook.md").read_text("utf-8")
    table = runbook.partition("Worth an alarm:")[2].partition("\n\nA process")[0]
    worth = set(re.findall(r"\| `(kiem_\w+)", table))
    watched = set(re.findall(r"\bkiem_\w+", " ".join(rule["expr"] for rule in rules())))
    assert worth == watched, "alerts.yaml and the runbook name the same numbers"


def test_an_alarm_is_given_when_no_replica_of_a_service_is_left() -> None:
    """Its name leads nowhere then: Prometheus asks nobody, and nothing says 0."""
    ours = {n for n, c in containers().items() if "build" in c and "profiles" not in c}
    down = next(rule["expr"] for rule in rules() if rule["alert"] == "ServiceDown")
    gone = {f'absent(up{{job="services",service="{name}"}})' for name in ours}
    assert set(down.split(" or ")) == {'up{job="services"} == 0', *gone}


def test_no_alarm_misses_the_first_of_a_kind() -> None:
    """A counter with a label is there from 1 on, and what appears has not increased."""
    counters = [each for each in vars(telemetry).values() if isinstance(each, Counter)]
    labelled = [f"{each._name}_total" for each in counters if each._labelnames]
    assert "kiem_dedupe_dropped_total" in labelled
    asked = " ".join(rule["expr"] for rule in rules())
    assert not re.findall(rf"\w+\((?:{'|'.join(labelled)})\b", asked), "ask whether it is over 0"


def test_replicas_that_tell_the_same_number_are_not_added_up() -> None:
    same = ["kiem_dead_letters_parked", "kiem_relay_lag", "kiem_timer_overdue_seconds"]
    for question in questions():
        assert not re.search(rf"sum[^(]*\([^(]*\)\s*\((?:{'|'.join(same)})\b", question)


def test_prometheus_asks_every_replica_where_it_listens() -> None:
    job = next(j for j in read("prometheus.yaml")["scrape_configs"] if j["job_name"] == "services")
    asked = {place["names"][0]: place["port"] for place in job["dns_sd_configs"]}
    assert asked == {s: int(containers()[s]["environment"]["KIEM_PORT"]) for s in OURS}


def test_the_dashboard_takes_its_data_from_what_is_provisioned() -> None:
    there = {s["uid"]: s["type"] for s in read("grafana/datasources/kiem.yaml")["datasources"]}
    panels = dashboard()["panels"]
    for panel in panels:
        assert there[panel["datasource"]["uid"]] == panel["datasource"]["type"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for one in panels:
        for other in panels:
            assert one is other or not _overlap(one["gridPos"], other["gridPos"])


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not (beside or below)


@pytest.mark.parametrize("name", ["collector", "jaeger", "prometheus", "grafana"])
def test_nobody_observes_without_being_asked_to(name: str) -> None:
    assert containers()[name]["profiles"] == ["observe"]


def test_traces_find_their_way() -> None:
    collector = read("collector.yaml")
    example = (ROOT / ".env.example").read_text("utf-8")
    port = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")[2]
    assert f"#OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:{port}" in example
    taken = read("jaeger.yaml")["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"]
    sent = collector["exporters"]["otlp"]["endpoint"]
    assert sent == f"jaeger:{taken.rpartition(':')[2]}"
