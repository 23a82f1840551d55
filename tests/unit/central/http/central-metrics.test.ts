import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Central } from "../../../../src/central/central.ts";
import { defineCentralMetrics } from "../../../../src/central/http/central-metrics.ts";
import type { DownloadLedger } from "../../../../src/central/http/download-ledger.ts";
import { Metrics } from "../../../../src/http/metrics/metrics.ts";
import { CentralAtRest } from "../central-at-rest.ts";
import { held, join } from "../fixtures.ts";

let fixture: CentralAtRest;
let central: Central;
let metrics: Metrics;
let ledger: DownloadLedger;

beforeEach(async () => {
  fixture = new CentralAtRest();
  ({ central } = fixture);
  metrics = await Metrics.open();
  ledger = defineCentralMetrics(metrics, () => central);
});

afterEach(() => fixture.stop());

/** The lines of a metric, without its name where it has a label. */
async function read(name: string): Promise<string[]> {
  const lines = (await metrics.text()).split("\n").filter((line) => line.startsWith(`redes_${name}`));
  return lines.map((line) => line.slice(`redes_${name}`.length).trim());
}

test("the cluster: whether it serves, and what there is", async () => {
  expect(await read("serving")).toEqual(["0"]);
  join(central.registry, 1, [held("f", "1"), held("g", "2", { size: 5 })]);
  expect([await read("serving"), await read("catalogue_files"), await read("catalogue_bytes")]).toEqual([
    ["1"],
    ["2"],
    ["15"],
  ]);
  expect(await read("sessions")).toContain('{role="client"} 0');
});

test("secondaries by their state, each state there is, and each secondary by its number", async () => {
  const { registry } = central;
  join(registry, 1, [held("f", "1")]);
  join(registry, 2);
  join(registry, 3);
  registry.advance(0);
  registry.secondaryLost(3, 0);
  registry.accuse(1);
  expect(await read("secondaries")).toEqual([
    '{state="joining"} 0',
    '{state="copying"} 1',
    '{state="in_step"} 1',
    '{state="lost"} 1',
    '{state="disk_missing"} 0',
  ]);
  expect(await read("secondary_up")).toEqual(['{secondary="1"} 1', '{secondary="2"} 1', '{secondary="3"} 0']);
  const figures = ["files", "accusations_total", "copies_pending"].map((name) => read(`secondary_${name}{`));
  expect((await Promise.all(figures)).map(([first, second]) => [first, second])).toEqual([
    ['secondary="1"} 1', 'secondary="2"} 0'],
    ['secondary="1"} 1', 'secondary="2"} 0'],
    ['secondary="1"} 0', 'secondary="2"} 1'],
  ]);
});

test("what a secondary has not told has no value, and is not 0", async () => {
  join(central.registry, 1);
  join(central.registry, 2);
  central.figures.told(2, {
    type: "figures",
    room: { total: 100, free: 0 },
    traffic: { milliseconds: 2000, toClients: 1, toSecondaries: 2, overHttp: 4, received: 8 },
    copied: 0,
    repairs: { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 3 },
  });
  expect(await read("secondary_disk_free_bytes")).toEqual(['{secondary="2"} 0']);
  expect(await read("secondary_disk_size_bytes")).toEqual(['{secondary="2"} 100']);
  expect(await read("secondary_repairs_waiting")).toEqual(['{secondary="2"} 3']);
  expect(await read("secondary_sent_bytes_total")).toEqual(['{secondary="1"} 0', '{secondary="2"} 7']);
  expect(await read("secondary_received_bytes_total")).toEqual(['{secondary="1"} 0', '{secondary="2"} 8']);
});

test("downloads now, those that have ended, and their times", async () => {
  fixture.ask("a");
  central.admission.setLimit(1);
  fixture.ask("b");
  expect(await read("downloads{")).toEqual(['state="active"} 1', 'state="waiting"} 1']);
  ledger.asked("a", false, 0);
  ledger.begun("a", 2000);
  ledger.hasEnded("a", "done", 5000);
  expect(await read("downloads_total")).toEqual([
    '{outcome="done"} 1',
    '{outcome="failed"} 0',
    '{outcome="cancelled"} 0',
  ]);
  expect(await read("download_queue_seconds_sum")).toEqual(["2"]);
  expect(await read("download_transfer_seconds_sum")).toEqual(["3"]);
});
