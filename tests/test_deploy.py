"""What is deployed is what its files say: composition, manifests, units and proxy, each held to the rules of its reader."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import kubernetes_validate
import pytest
import yaml
from compose_spec import ComposeSpecification

from tests.acting import published
from tests.conftest import Portal
from tests.given import Given
from tests.listening import PUBLISHED, events, start
from tests.listening import socket as dialled_socket

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
KUBERNETES = ("1.31", "1.36")
"""The oldest version that is still looked after, about, and a new one."""


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here")
    return found


# The composition


def composition() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8")))


def test_composition_is_one_by_its_specification() -> None:
    told = ComposeSpecification.model_validate(composition())
    assert set(told.services or {}) == {"database", "migrate", "parvis"}
    with pytest.raises(ValueError, match="services"):
        ComposeSpecification.model_validate({**composition(), "services": {"parvis": {"image": ["parvis"]}}})


def test_composition_runs_postgresql_18_and_neither_root_nor_a_file_system_that_changes() -> None:
    services = composition()["services"]
    assert services["database"]["image"] == "postgres:18"
    for name in ("migrate", "parvis"):
        service = services[name]
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp", "/data"]
    assert "database_admin_url" not in services["parvis"]["secrets"]
    assert {secret for service in services.values() for secret in service["secrets"]} == set(composition()["secrets"])


# Kubernetes


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / "parvis.yaml").read_text("utf-8")))


@pytest.mark.parametrize("version", KUBERNETES)
def test_manifests_are_ones_by_kubernetes_own_schemas(version: str) -> None:
    kinds = []
    for manifest in manifests():
        kubernetes_validate.validate(manifest, version, strict=True)
        kinds.append(manifest["kind"])
    assert kinds == [
        "Namespace", "ServiceAccount", "ConfigMap", "Job", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "Ingress",
    ]  # fmt: skip
    wrong = {**manifests()[4], "spec": {**manifests()[4]["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, version, strict=True)


def test_pods_are_not_root_write_nowhere_and_are_probed() -> None:
    job, deployment = (one for one in manifests() if one["kind"] in ("Job", "Deployment"))
    for manifest in (job, deployment):
        pod = manifest["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 10001
        assert pod["automountServiceAccountToken"] is False
        [container] = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        writable = [mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
        assert writable == ["/tmp", "/data"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    probes = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert probes == {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
    assert "admin" not in str(deployment)


def test_selectors_choose_the_pods_that_serve() -> None:
    by_kind = {manifest["kind"]: manifest["spec"] for manifest in manifests() if "spec" in manifest}
    labels = by_kind["Deployment"]["template"]["metadata"]["labels"]
    assert by_kind["Service"]["selector"] == labels == by_kind["PodDisruptionBudget"]["selector"]["matchLabels"]
    assert by_kind["Job"]["template"]["metadata"]["labels"] != labels
    assert by_kind["NetworkPolicy"]["podSelector"]["matchLabels"].items() <= labels.items()


# The image


def test_image_runs_as_a_user_by_number_and_names_its_files() -> None:
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    assert "USER 10001:10001" in lines
    assert lines.index("USER 10001:10001") < next(at for at, line in enumerate(lines) if line.startswith("CMD"))
    for line in lines:
        if line.startswith("COPY requirements"):
            assert all((DEPLOY.parent / name).exists() for name in line.split()[1:-1])


# systemd


@pytest.mark.parametrize("unit", ["parvis.service", "parvis-migrate.service"])
def test_unit_is_read_by_systemd_and_hardly_exposed(unit: str, tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for name in ("parvis.service", "parvis-migrate.service"):
        text = (DEPLOY / name).read_text("utf-8")
        (tmp_path / name).write_text(re.sub(r"ExecStart=\S+", f"ExecStart={program('true')}", text))
    verified = subprocess.run([analyze, "verify", str(tmp_path / unit)], capture_output=True, text=True)
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if "parvis" in line]) == (0, [])
    command = [analyze, "security", "--offline=true", "--threshold=20", "--no-pager", str(tmp_path / unit)]
    secured = subprocess.run(command, capture_output=True, text=True)
    assert secured.returncode == 0, secured.stdout  # 2.0 of 10, of which less is better.


# The proxy


@contextmanager
def proxied(folder: Path, upstream: str) -> Iterator[str]:
    """nginx with the project's file before a server, without TLS; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = (DEPLOY / "nginx.conf").read_text("utf-8").replace("server 127.0.0.1:8000;", f"server {upstream};")
    plain, _, secure = text.partition("server {\n    listen 80")
    secure = "server {\n" + secure.partition("server {\n")[2]
    secure = re.sub(r"    listen \[::\].*\n|    ssl_.*\n", "", secure)
    secure = re.sub(r"listen 443 .*;", f"listen 127.0.0.1:{port};", secure)
    configured(folder, plain + secure)
    with subprocess.Popen([program("nginx"), *arguments(folder), "-g", "daemon off; master_process off;"]) as running:
        try:
            deadline = time.monotonic() + 20
            while not _answers(port):
                assert time.monotonic() < deadline and running.poll() is None
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def configured(folder: Path, text: str) -> None:
    log = f"error_log {folder}/error.log; pid {folder}/nginx.pid; events {{}}"
    paths = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("/var/log/nginx/parvis.log", f"{folder}/access.log")
    (folder / "nginx.conf").write_text(f"{log}\nhttp {{ access_log off; {paths}\n{text}\n}}\n")


def arguments(folder: Path) -> list[str]:
    return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def test_nginx_reads_its_file(tmp_path: Path) -> None:
    nginx = program("nginx")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=participer.rennes.example"]
    subprocess.run(
        [program("openssl"), *made, "-keyout", str(key), "-out", str(certificate)], capture_output=True, check=True
    )
    configured(tmp_path, (DEPLOY / "nginx.conf").read_text("utf-8").replace("/etc/parvis/tls", str(tmp_path)))
    done = subprocess.run([nginx, "-t", *arguments(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_pages_sockets_and_streams_pass_the_proxy(tmp_path: Path, given: Given, town: Portal) -> None:
    program("nginx")
    with (
        proxied(tmp_path, town.running.url.removeprefix("http://")) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        behind = replace(given.actor(town), client=client, running=replace(town.running, url=address))
        assert client.get("/healthz").status_code == 200
        assert client.get("/", headers={"host": town.host}).status_code == 200
        assert behind.ask("{ portal { title } }")["portal"]["title"]
        activity, after = given.activity(town), start(given, town)
        with (
            dialled_socket(behind) as by_socket,
            events(behind, PUBLISHED, activity=activity, after=after) as by_stream,
        ):
            by_socket.subscribe(PUBLISHED, activity=activity, after=after)
            idea = published(given.actor(town), activity)
            assert (by_socket.told()["id"], by_stream.told()["id"]) == (idea, idea)
    log = (tmp_path / "access.log").read_text()
    assert '"GET /graphql" 101' in log
