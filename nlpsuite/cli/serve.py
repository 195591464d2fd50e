"""`nlpsuite serve`: applications over HTTP."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlpsuite.cli.options import device_options, need_packages, of_app, options_of_apps
from nlpsuite.errors import UsageError

if TYPE_CHECKING:
    from nlpsuite.serve.app import ServerSettings
    from nlpsuite.serve.keys import KeyStore

_PACKAGES = ("fastapi", "filelock", "httptools", "prometheus_client", "uvicorn")


@click.command()
@click.argument("apps", nargs=-1, metavar="[APP]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--model", "models", multiple=True, metavar="[APP=]NAME|DIR", help="A model; may be repeated.")
@click.option(
    "--option", "-o", "options", multiple=True, metavar="[APP:]NAME=VALUE", help="An option; may be repeated."
)
@click.option("--keys", "keys_file", type=click.Path(path_type=Path), help="File of keys; see `nlpsuite keys`.")
@click.option("--require-key", is_flag=True, help="Ask for a key on loopback too.")
@click.option("--queue", default=2048, show_default=True, type=click.IntRange(1), help="Documents that may wait.")
@click.option("--batch-tokens", default=512, show_default=True, type=click.IntRange(1), help="Of a batch, about.")
@click.option("--request-seconds", default=30.0, show_default=True, type=click.FloatRange(0.1), help="Time limit.")
@click.option(
    "--batch-seconds",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0.1),
    help="Before a hung worker is ended.",
)
@click.option("--max-body", default=8, show_default=True, type=click.IntRange(1), help="MB of a request.")
@click.option("--tls-cert", type=click.Path(path_type=Path, exists=True), help="Certificate, for HTTPS.")
@click.option("--tls-key", type=click.Path(path_type=Path, exists=True), help="Its key.")
@device_options
def serve(apps: tuple[str, ...], host: str, port: int, **given: Any) -> None:
    """Serve applications over HTTP; all that are installed and ship a model without any APP.

    POST /v1/APP scores documents, GET /v1/apps says what is served, / is a page to try it on, /openapi.json describes
    it all, /healthz, /readyz and /metrics are for operators. On loopback no key is needed; elsewhere there must be some
    (`nlpsuite keys create`).
    """
    need_packages("Serving needs", _PACKAGES, "serve")
    if bool(given["tls_cert"]) != bool(given["tls_key"]):
        raise UsageError("TLS needs both --tls-cert and --tls-key.")
    from nlpsuite.serve.app import create_app
    from nlpsuite.serve.http import make_server
    from nlpsuite.serve.logs import set_up

    settings = _settings(apps, host, given)
    set_up()
    server = make_server(create_app(settings), host, port, certificate=given["tls_cert"], key=given["tls_key"])
    scheme = "https" if given["tls_cert"] else "http"
    names = ", ".join(application.name for application in settings.applications)
    click.echo(f"Serving {names} on {scheme}://{host}:{port or 'a free port'}; Ctrl-C stops.", err=True)
    server.run()


def _settings(apps: tuple[str, ...], host: str, given: dict[str, Any]) -> ServerSettings:
    from nlpsuite import plugins
    from nlpsuite.runtime import find_bundle
    from nlpsuite.serve.app import ServerSettings
    from nlpsuite.serve.batcher import Limits
    from nlpsuite.serve.process import WorkerSettings
    from nlpsuite.serve.schemas import is_pair

    if not apps:
        apps = tuple(name for name, one in plugins.applications().items() if one.bundles)
    if not apps or len(set(apps)) < len(apps):
        raise UsageError("Name the applications to serve, each once.")
    applications = [plugins.application(name) for name in apps]
    models = dict(of_app(pair, "=", apps) for pair in given["models"])
    options = options_of_apps(given["options"], apps)
    for application in applications:
        find_bundle(application, models.get(application.name))
    own = {name: {"model": models.get(name), "options": options.get(name)} for name in apps}
    load = {"device": given["device"] or "auto", "dtype": given["dtype"], "engine": given["engine"]}
    pairs = {application.name: is_pair(application) for application in applications}
    return ServerSettings(
        applications,
        WorkerSettings(own, pairs, load, batch_seconds=given["batch_seconds"]),
        _keys(host, given["keys_file"], given["require_key"]),
        Limits(given["queue"], given["batch_tokens"]),
        given["request_seconds"],
        given["max_body"] * 1_000_000,
    )


def _keys(host: str, file: Path | None, required: bool) -> KeyStore | None:
    """Whose keys are asked for; nobody's on loopback, unless that is wanted.

    Raises:
        UsageError: the server would be open to others, or closed to everybody.
    """
    from nlpsuite.serve.keys import KeyStore

    if _is_loopback(host) and file is None and not required:
        return None
    store = KeyStore(file) if file else KeyStore()
    if not store.list():
        raise UsageError(f"{host} is open to others, and there is no key. Create one: nlpsuite keys create NAME.")
    return store


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
