"""A receiver of OTLP/HTTP: reads what arrives into OpenTelemetry's own messages, strictly."""

import base64
import http.server
import json
import os
import threading
import unittest
import urllib.error
import urllib.request

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

URL = os.environ["HALLPASS_URL"]
PORT = int(os.environ["OTLP_PORT"])
PARENT = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")


class Receiver(http.server.BaseHTTPRequestHandler):
    received = []
    arrived = threading.Condition()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with self.arrived:
            self.received.append((self.path, dict(self.headers), body))
            self.arrived.notify_all()
        answer = b"{}"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


def parsed(body):
    """OTLP's JSON is that of Protocol Buffers, but for ids in hexadecimal (OTLP specification, "JSON Protobuf Encoding")."""

    def ids(value):
        if isinstance(value, list):
            return [ids(one) for one in value]
        if not isinstance(value, dict):
            return value
        names = ("traceId", "spanId", "parentSpanId")
        return {
            name: base64.b64encode(bytes.fromhex(one)).decode() if name in names else ids(one)
            for name, one in value.items()
        }

    return json_format.ParseDict(ids(json.loads(body)), ExportTraceServiceRequest(), ignore_unknown_fields=False)


def values(attributes):
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


class Traces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def ask(self, path, headers=()):
        """The status, and the span that the request left behind, with its resource."""
        request = urllib.request.Request(URL + path, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status, request_id = answer.status, answer.headers["x-request-id"]
        except urllib.error.HTTPError as error:
            status, request_id = error.code, error.headers["x-request-id"]
            error.close()
        with Receiver.arrived:
            found = Receiver.arrived.wait_for(lambda: self.find(request_id), timeout=20)
        self.assertTrue(found, f"no span of {path}")
        return status, *found

    def find(self, request_id):
        for _, _, body in Receiver.received:
            for resource in parsed(body).resource_spans:
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        if values(span.attributes)["hallpass.request_id"] == request_id:
                            return span, values(resource.resource.attributes)
        return None

    def test_a_request_is_a_server_span(self):
        status, span, resource = self.ask("/health")
        self.assertEqual(status, 200)
        self.assertEqual((span.name, span.kind), ("GET /health", Span.SPAN_KIND_SERVER))
        self.assertEqual((len(span.trace_id), len(span.span_id), len(span.parent_span_id)), (16, 8, 0))
        self.assertLess(span.start_time_unix_nano, span.end_time_unix_nano)
        self.assertEqual(span.status.code, Status.STATUS_CODE_UNSET)
        said = values(span.attributes)
        self.assertEqual(said["http.request.method"], "GET")
        self.assertEqual(said["http.route"], "/health")
        self.assertEqual(said["http.response.status_code"], 200)
        self.assertEqual(said["hallpass.db.statements"], 1)
        self.assertEqual(resource["service.name"], "accounts")
        self.assertEqual(resource["faas.name"], "health")
        self.assertEqual(resource["deployment.environment.name"], "development")

    def test_a_trace_goes_on(self):
        header = ("traceparent", f"00-{PARENT[0]}-{PARENT[1]}-01")
        _, span, _ = self.ask("/health", [header])
        self.assertEqual((span.trace_id.hex(), span.parent_span_id.hex()), PARENT)

    def test_a_refusal_is_no_error_of_the_servers(self):
        status, span, _ = self.ask("/api/me")
        self.assertEqual(status, 401)
        self.assertEqual(span.status.code, Status.STATUS_CODE_UNSET)
        self.assertEqual(values(span.attributes)["hallpass.problem"], "unauthenticated")

    def test_it_comes_as_it_was_asked_for(self):
        self.ask("/health")
        for path, headers, _ in Receiver.received:
            headers = {name.lower(): value for name, value in headers.items()}
            self.assertEqual(path, "/v1/traces")
            self.assertEqual(headers["content-type"], "application/json")
            self.assertEqual(headers["x-api-key"], "for tests")


if __name__ == "__main__":
    unittest.main(verbosity=2)
