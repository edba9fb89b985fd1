"""Prometheus and Grafana beside the service: their files agree with each other, with compose.yaml and with the program.

That every metric of the dashboard and of the alerts exists is in tests/unit/health/test_metrics.py.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from messages.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
PROMETHEUS = DEPLOY / "prometheus" / "prometheus.yml"
PROVISIONING = DEPLOY / "grafana" / "provisioning"
DASHBOARD = DEPLOY / "grafana" / "callboard.json"
SERVICES = ("prometheus", "grafana")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def service(name: str) -> dict[str, Any]:
    found = read(DEPLOY / "compose.monitoring.yaml")["services"][name]
    assert isinstance(found, dict)
    return found


def mounts(name: str) -> dict[str, str]:
    """What is mounted, by where."""
    return {target: source for source, target, *_ in (each.split(":") for each in service(name)["volumes"])}


def test_both_files_are_of_one_project() -> None:
    base, monitoring = read(DEPLOY / "compose.yaml"), read(DEPLOY / "compose.monitoring.yaml")
    assert base["name"] == monitoring["name"]
    assert set(monitoring["services"]) == set(SERVICES)
    assert not set(base["services"]) & set(SERVICES)
    assert not set(base["volumes"]) & set(monitoring["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_each_has_a_pinned_image_a_user_of_its_own_a_read_only_root_and_a_health_check(name: str) -> None:
    found = service(name)
    assert re.fullmatch(r"[a-z]+/[a-z]+:v?\d+\.\d+\.\d+", found["image"])
    user = int(found["user"].partition(":")[0])
    assert user != 0
    assert (found["read_only"], found["cap_drop"]) == (True, ["ALL"])
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert found["healthcheck"]["test"][0] == "CMD"
    assert all(port.startswith("127.0.0.1:") for port in found["ports"])
    (own,) = (port.rpartition(":")[2] for port in found["ports"])
    assert f"127.0.0.1:{own}/" in found["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there_and_cannot_be_written(name: str) -> None:
    volumes = read(DEPLOY / "compose.monitoring.yaml")["volumes"]
    for each in service(name)["volumes"]:
        source, _, mode = (*each.split(":"), "rw")[:3]
        if source.startswith("."):
            assert (DEPLOY / source).exists(), source
            assert mode == "ro"
        else:
            assert source in volumes


def test_prometheus_asks_the_service_where_it_listens_and_has_the_alerts() -> None:
    config = read(PROMETHEUS)
    (job,) = config["scrape_configs"]
    ((target,),) = (each["targets"] for each in job["static_configs"])
    assert target == f"callboard:{Settings().health.port}"
    assert "callboard" in read(DEPLOY / "compose.yaml")["services"]
    alerts = (PROMETHEUS.parent / "alerts.yml").read_text()
    assert set(re.findall(r'job=\\"(\w+)\\"', alerts)) == {job["job_name"]}
    needed = {f"/etc/prometheus/{file}" for file in (*config["rule_files"], PROMETHEUS.name)}
    assert needed <= mounts("prometheus").keys()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed here")
def test_promtool_reads_the_configuration_with_its_rules() -> None:
    done = subprocess.run(["promtool", "check", "config", PROMETHEUS], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS: 1 rule files found" in done.stdout


def test_grafana_has_its_data_source_and_the_dashboard() -> None:
    (source,) = read(PROVISIONING / "datasources" / "prometheus.yaml")["datasources"]
    port = service("prometheus")["ports"][0].rpartition(":")[2]
    assert (source["url"], source["isDefault"]) == (f"http://prometheus:{port}", True)
    dashboard = json.loads(DASHBOARD.read_text())
    (variable,) = (each for each in dashboard["templating"]["list"] if each["type"] == "datasource")
    assert variable["query"] == source["type"]
    (provider,) = read(PROVISIONING / "dashboards" / "callboard.yaml")["providers"]
    place = f"{provider['options']['path']}/{DASHBOARD.name}"
    assert mounts("grafana")[place] == f"./grafana/{DASHBOARD.name}"
    assert service("grafana")["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == place


def test_every_panel_asks_that_data_source() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asking = [each for panel in panels for each in (panel, *panel.get("targets", ())) if "datasource" in each]
    assert {each["datasource"]["uid"] for each in asking} == {"${datasource}"}


def test_every_variable_is_said_in_the_heading() -> None:
    text = (DEPLOY / "compose.monitoring.yaml").read_text()
    for variable in re.findall(r"\$\{(\w+):\?", text):
        assert f"# In `.env`, beside this file: {variable}=" in text
