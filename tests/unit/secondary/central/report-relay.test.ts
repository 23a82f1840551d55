import { expect, test } from "bun:test";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import { ReportRelay } from "../../../../src/secondary/central/report-relay.ts";
import { SECONDARY_STORE } from "../../../../src/secondary/remote-store.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { directly } from "../../../support/directly.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const report = (number: number): Report => ({
  download: number.toString(16).padStart(32, "0"),
  client: "ana",
  name: "a.bin",
  id: "0".repeat(64),
  outcome: "done",
  sources: [1],
});

/** Reports with a real store, and a central that counts what it is sent while it `works`. */
class Stage {
  readonly clock = new FakeClock();
  readonly store = new SecondaryStore(":memory:");
  readonly counted = new Map<string, number>();
  works = true;
  /** Sent and not answered. */
  private readonly arrived: string[] = [];
  most = 0;
  readonly reports = new ReportRelay({
    clock: this.clock,
    random: systemRandom,
    log: silentLog,
    store: directly(this.store, SECONDARY_STORE),
    send: ({ download }) => {
      this.arrived.push(download);
      this.most = Math.max(this.most, this.arrived.length);
    },
  });

  async keep(from: number, to: number): Promise<void> {
    for (let number = from; number <= to; number++) expect(await this.reports.accept(report(number))).toBe(true);
  }

  /** Lets the central deal with what arrives until nothing more comes. */
  async deal(): Promise<void> {
    for (let quiet = 0; quiet < 20; quiet++) {
      await Promise.resolve();
      const download = this.arrived.shift();
      if (download === undefined) continue;
      quiet = 0;
      if (!this.works) continue;
      this.counted.set(download, (this.counted.get(download) ?? 0) + 1);
      await this.reports.acknowledged(download);
    }
  }
}

test("all that were left here are passed on, a bounded number at once, each once", async () => {
  const stage = new Stage();
  await stage.keep(1, 250);
  await stage.deal();
  expect(stage.counted.size).toBe(0);
  stage.reports.connectionUp();
  await stage.deal();
  expect(stage.counted.size).toBe(250);
  expect(new Set(stage.counted.values())).toEqual(new Set([1]));
  expect(stage.most).toBeLessThanOrEqual(100);
  expect(stage.store.pendingReports(0, 1)).toEqual([]);
});

test("those that are left while there is a session follow, though places are used again", async () => {
  const stage = new Stage();
  stage.reports.connectionUp();
  for (let round = 0; round < 5; round++) {
    await stage.keep(3 * round + 1, 3 * round + 3);
    await stage.deal();
  }
  expect(stage.counted.size).toBe(15);
});

test("what the central cannot count for a while is sent again, with growing waits", async () => {
  const stage = new Stage();
  await stage.keep(1, 150);
  stage.works = false;
  stage.reports.connectionUp();
  await stage.deal();
  for (let tries = 0; tries < 10; tries++) {
    stage.clock.advance(60_000);
    await stage.deal();
  }
  expect(stage.counted.size).toBe(0);
  stage.works = true;
  stage.clock.advance(300_000);
  await stage.deal();
  expect(stage.counted.size).toBe(150);
  expect(stage.clock.pending).toBe(0);
});

test("a session that ends in the middle is gone on with in the next one", async () => {
  const stage = new Stage();
  await stage.keep(1, 150);
  stage.works = false;
  stage.reports.connectionUp();
  await stage.deal();
  stage.reports.connectionDown();
  expect(stage.clock.pending).toBe(0);
  stage.works = true;
  stage.reports.connectionUp();
  await stage.deal();
  expect(stage.counted.size).toBe(150);
});

test("a report that cannot be read is dropped, and the rest is passed on", async () => {
  const stage = new Stage();
  stage.store.addReport("x", new Uint8Array([0xc1, 1, 2]));
  await stage.keep(1, 2);
  stage.reports.connectionUp();
  await stage.deal();
  expect(stage.counted.size).toBe(2);
  expect(stage.store.pendingReports(0, 1)).toEqual([]);
});

test("one that cannot be dropped is not sent again at once", async () => {
  const stage = new Stage();
  await stage.keep(1, 1);
  stage.store.deleteReport = () => {
    throw new Error("the disk is full");
  };
  stage.reports.connectionUp();
  await stage.deal();
  expect([...stage.counted.values()]).toEqual([1]);
  expect(stage.clock.pending).toBe(1);
});

test("what cannot be read for a moment is read again, and sent", async () => {
  const stage = new Stage();
  await stage.keep(1, 3);
  const { pendingReports: reports } = stage.store;
  stage.store.pendingReports = () => {
    stage.store.pendingReports = reports;
    throw new Error("disk I/O error");
  };
  stage.reports.connectionUp();
  await stage.deal();
  expect(stage.counted.size).toBe(0);
  stage.clock.advance(10_000);
  await stage.deal();
  expect(stage.counted.size).toBe(3);
});
