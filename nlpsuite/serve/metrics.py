"""Counts for Prometheus, with label sets that are known before the first request: nothing a client sends makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from nlpsuite.application import Application

SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
ITEMS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
ELSEWHERE = "-"
"""The application of requests that are for none."""
OTHER = "other"
"""The label of an answer that the application did not name beforehand."""


class Metrics:
    """All of a server's.

    Args:
        applications: that it serves.
    """

    def __init__(self, applications: Sequence[Application]) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter("nlpsuite_requests", "Requests answered.", ("app", "status"), registry=registry)
        self.seconds = Histogram(
            "nlpsuite_request_seconds", "From request to response.", ("app",), buckets=SECONDS, registry=registry
        )
        self.batch_items = Histogram(
            "nlpsuite_batch_items", "Documents of a batch.", ("app",), buckets=ITEMS, registry=registry
        )
        self.batch_seconds = Histogram(
            "nlpsuite_batch_seconds", "To score a batch.", ("app",), buckets=SECONDS, registry=registry
        )
        self.tokens = Counter("nlpsuite_tokens", "Tokens scored, about.", ("app",), registry=registry)
        self.labels = Counter("nlpsuite_labels", "Answers of first heads.", ("app", "label"), registry=registry)
        self.abstained = Counter("nlpsuite_abstained", "Answers below the threshold.", ("app",), registry=registry)
        self.queue = Gauge("nlpsuite_queue_items", "Documents that wait.", registry=registry)
        self.restarts = Gauge("nlpsuite_worker_restarts", "Workers that died.", registry=registry)
        self.names = {application.name for application in applications}
        self._known = {application.name: {*application.heads[0].labels} for application in applications}

    def request(self, path: str, status: int, seconds: float) -> None:
        """A request was answered."""
        name = path.removeprefix("/v1/").split("/")[0]
        app = name if name in self.names else ELSEWHERE
        self.requests.labels(app, str(status)).inc()
        self.seconds.labels(app).observe(seconds)

    def batch(self, app: str, items: int, tokens: int, seconds: float) -> None:
        """A batch was scored."""
        self.batch_items.labels(app).observe(items)
        self.batch_seconds.labels(app).observe(seconds)
        self.tokens.labels(app).inc(tokens)

    def results(self, app: str, results: Sequence[Mapping[str, Any]]) -> None:
        """Documents were scored."""
        for result in results:
            label = result["label"] if result["label"] in self._known[app] else OTHER
            self.labels.labels(app, label).inc()
            if result["abstained"]:
                self.abstained.labels(app).inc()

    def page(self) -> bytes:
        """As Prometheus reads them."""
        return generate_latest(self.registry)
