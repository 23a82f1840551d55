import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import dashboard from "../../../contrib/grafana/redes.json";
import { Cluster } from "../../support/cluster.ts";
import { metricsOf, Prometheus, promtool } from "../../support/prometheus.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const CONTRIB = path.join(import.meta.dir, "../../../contrib/prometheus");
const FILM = Buffer.alloc(3 * 1024 * 1024 + 17, 7);
/** What the expressions of the rules and the dashboard name. */
const METRIC = /\b(?:redes|process)_[a-z_]+\b/g;

const read = (file: string) => fs.readFileSync(path.join(CONTRIB, file), "utf8");

test("the alert rules are right, and do what their test says", async () => {
  expect((await promtool(["check", "rules", path.join(CONTRIB, "redes-alerts.yml")]))[0]).toBe(0);
  expect((await promtool(["check", "config", path.join(CONTRIB, "prometheus.yml")]))[0]).toBe(0);
  expect((await promtool(["test", "rules", path.join(CONTRIB, "redes-alerts.test.yml")]))[0]).toBe(0);
  const alerts = [...read("redes-alerts.yml").matchAll(/alert: (\w+)/g)].map(([, name]) => name ?? "");
  const tested = read("redes-alerts.test.yml");
  expect(alerts.filter((name) => !tested.includes(`alertname: ${name}`))).toEqual([]);
});

test("a Prometheus scrapes a cluster, and answers what the dashboard asks", async () => {
  await using cluster = new Cluster();
  fs.writeFileSync(path.join(cluster.folder(1), "film"), FILM);
  cluster.startCentral(["--secondaries", "2", "--http", "0"]);
  for (const number of [1, 2]) cluster.startSecondary(number, { args: ["--http", "0"] });
  await cluster.central.waitFor("synchronized");
  const serving = cluster.client(["serve", "--http", "0", "--cache", "0", "--log", "json"]);
  const [central, one, two, client] = await Promise.all(
    [cluster.central, cluster.secondary(1), cluster.secondary(2), serving].map(siteOf),
  );
  for (const site of [central, client]) {
    const answer = await fetch(`${site}/files/film`);
    expect((await answer.arrayBuffer()).byteLength).toBe(FILM.length);
  }

  const folder = path.join(cluster.root, "prometheus");
  fs.mkdirSync(folder);
  const host = (site: string | undefined) => new URL(site ?? "").host;
  const config = read("prometheus.yml")
    .replaceAll(/_interval: \w+/g, "_interval: 200ms")
    .replace("central.example:8080", host(central))
    .replace("one.example:8080", host(one))
    .replace("two.example:8080", host(two))
    .replace("three.example:8080", host(client));
  fs.writeFileSync(path.join(folder, "prometheus.yml"), config);
  fs.copyFileSync(path.join(CONTRIB, "redes-alerts.yml"), path.join(folder, "redes-alerts.yml"));
  await using prometheus = await Prometheus.start(folder);
  const until = (expression: string, value: number) =>
    cluster.until(`${expression} is ${value}`, async () => (await prometheus.query(expression))[0]?.value === value);
  await until("count(up == 1)", 4);
  await until("redes_catalogue_bytes", FILM.length);
  await until("sum(redes_secondary_up)", 2);
  await until('sum(redes_sent_bytes_total{to="http"})', FILM.length);
  // The last pieces may have come twice, from two sources.
  await until(`redes_received_bytes_total{instance="${host(client)}"} >= bool ${FILM.length}`, 1);
  await until("redes_stream_readers", 0);
  await cluster.kill(2);
  await until('redes_secondary_up{secondary="2"}', 0);
  await until('count(ALERTS{alertname="RedesDown"})', 1);

  // Each expression is one, and each metric in it is there.
  const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  for (const expression of expressions) await prometheus.query(expression.replaceAll("$__rate_interval", "1m"));
  const scraped = await Promise.all([central, one, client].map(async (site) => (await metricsOf(site ?? "")).text));
  const named = new Set(
    [...`${expressions.join("\n")}\n${read("redes-alerts.yml")}`.matchAll(METRIC)].map(([name]) => name),
  );
  expect(named.size).toBeGreaterThan(20);
  expect(
    [...named].filter((name) => !scraped.some((text) => text.includes(`\n${name}`) || text.startsWith(name))),
  ).toEqual([]);
  for (const text of scraped) expect(await promtool(["check", "metrics"], text)).toEqual([0, ""]);
});
