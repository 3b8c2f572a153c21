"""A scraper: reads GET /api/metrics with Prometheus' own parser of the OpenMetrics text format."""

import os
import unittest
import urllib.error
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families

URL = os.environ["HALLPASS_URL"] + "/api/metrics"
TOKEN = os.environ["HALLPASS_METRICS_TOKEN"]


def scrape(token=TOKEN):
    # The headers of a Prometheus server.
    headers = {
        "accept": "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.4",
        "authorization": f"Bearer {token}",
        "x-prometheus-scrape-timeout-seconds": "10",
    }
    request = urllib.request.Request(URL, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers["content-type"], answer.read().decode()


class Scraper(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kind, cls.text = scrape()
        families = list(text_string_to_metric_families(cls.text))
        cls.families = {family.name: family for family in families}
        assert len(cls.families) == len(families), "a family stands in two places"

    def value(self, name, **labels):
        found = [s.value for s in self.families[name].samples if s.labels == labels]
        self.assertEqual(len(found), 1, f"{name} {labels}")
        return found[0]

    def test_it_says_which_format_it_is(self):
        self.assertEqual(self.kind, "application/openmetrics-text; version=1.0.0; charset=utf-8")

    def test_every_family_is_ours_a_gauge_and_says_what_it_is(self):
        self.assertGreaterEqual(len(self.families), 15)
        for name, family in self.families.items():
            self.assertTrue(name.startswith("hallpass_"), name)
            self.assertEqual(family.type, "gauge", name)
            self.assertTrue(family.documentation.endswith("."), name)
            self.assertEqual(family.unit, "bytes" if name.endswith("_bytes") else "", name)
            self.assertTrue(family.samples, name)
            self.assertTrue(all(sample.value >= 0 for sample in family.samples), name)

    def test_the_figures_are_those_of_a_database_in_use(self):
        self.assertEqual(self.value("hallpass_administrators"), 1)
        self.assertEqual(self.value("hallpass_schema_current"), 1)
        self.assertGreater(self.value("hallpass_schema_version"), 20261123000000)
        self.assertGreater(self.value("hallpass_database_bytes"), 1_000_000)
        self.assertGreater(self.value("hallpass_table_bytes", table="users"), 0)
        used = self.value("hallpass_connections", scope="server")
        self.assertLess(used, self.value("hallpass_connections_limit", scope="server"))

    def test_another_token_scrapes_nothing(self):
        for token in ("", "x", TOKEN[:-1], TOKEN + "0"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                scrape(token)
            self.assertEqual(refused.exception.code, 401)
            refused.exception.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
