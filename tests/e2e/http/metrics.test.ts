import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { metricsOf, promtool } from "../../support/prometheus.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const FILM = Buffer.alloc(3 * 1024 * 1024 + 17, 7);

test("metrics count what a cluster does, by Prometheus' conventions", async () => {
  await using cluster = new Cluster();
  fs.writeFileSync(path.join(cluster.folder(1), "film"), FILM);
  fs.writeFileSync(path.join(cluster.folder(1), "note"), "small");
  cluster.startCentral(["--secondaries", "2", "--max-downloads", "1", "--http", "0"]);
  for (const number of [1, 2]) cluster.startSecondary(number, { args: ["--http", "0"] });
  await cluster.central.waitFor("synchronized");
  const { code } = await cluster.get(["film", "note"]);
  expect(code).toBe(0);

  const site = await siteOf(cluster.central);
  const central = await metricsOf(site);
  const bytes = FILM.length + "small".length;
  expect(central.values).toMatchObject({
    redes_serving: 1,
    'redes_sessions{role="secondary"}': 2,
    redes_catalogue_files: 2,
    redes_catalogue_bytes: bytes,
    'redes_secondaries{state="in_step"}': 2,
    'redes_secondary_up{secondary="1"}': 1,
    'redes_secondary_files{secondary="2"}': 2,
    'redes_secondary_copies_pending{secondary="2"}': 0,
    'redes_downloads{state="active"}': 0,
    'redes_downloads_total{outcome="done"}': 2,
    redes_download_queue_seconds_count: 2,
    redes_download_transfer_seconds_count: 2,
  });
  const [one, two] = await Promise.all(
    [1, 2].map(async (number) => metricsOf(await siteOf(cluster.secondary(number)))),
  );
  expect(two?.values).toMatchObject({
    redes_central_connected: 1,
    redes_folder_shared: 1,
    redes_files: 2,
    redes_files_bytes: bytes,
    'redes_copies_total{outcome="installed"}': 2,
    'redes_received_bytes_total{from="secondary"}': bytes,
    redes_wrong_pieces_total: 0,
    redes_digests_pending_files: expect.any(Number),
    redes_digests_pending_bytes: expect.any(Number),
  });
  expect(two?.values.redes_disk_free_bytes).toBeGreaterThan(0);
  expect(one?.values['redes_sent_bytes_total{to="secondary"}']).toBe(bytes);
  const served = [one, two].map((each) => each?.values['redes_sent_bytes_total{to="client"}'] ?? 0);
  expect(served.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(bytes);
  for (const each of [central, one, two]) expect(await promtool(["check", "metrics"], each?.text)).toEqual([0, ""]);

  const put = await fetch(`${site}/files/put`, { method: "PUT", body: "put" });
  const again = await fetch(`${site}/files/put`, { method: "PUT", body: "again", headers: { "if-none-match": "*" } });
  expect([put.status, again.status]).toEqual([201, 412]);
  // It is over once its response is sent.
  await cluster.until("both are over", async () => {
    const { values } = await metricsOf(site);
    return values['redes_uploads{state="sending"}'] === 0 && values['redes_uploads_total{outcome="done"}'] === 1;
  });
  expect((await metricsOf(site)).values).toMatchObject({
    'redes_uploads{state="receiving"}': 0,
    'redes_uploads_total{outcome="refused"}': 1,
    'redes_uploads_total{outcome="failed"}': 0,
    redes_upload_received_bytes_total: "put".length,
  });
});
