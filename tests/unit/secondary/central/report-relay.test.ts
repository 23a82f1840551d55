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

/** Reports with a real store, and a central that counts what it is sent while `centralWorks`. */
class RelayFixture {
  readonly clock = new FakeClock();
  readonly store = new SecondaryStore(":memory:");
  readonly counted = new Map<string, number>();
  centralWorks = true;
  /** Downloads whose reports were sent and are not answered. */
  private readonly unanswered: string[] = [];
  mostUnanswered = 0;
  readonly relay = new ReportRelay({
    clock: this.clock,
    random: systemRandom,
    log: silentLog,
    store: directly(this.store, SECONDARY_STORE),
    send: ({ download }) => {
      this.unanswered.push(download);
      this.mostUnanswered = Math.max(this.mostUnanswered, this.unanswered.length);
    },
  });

  async accept(from: number, to: number): Promise<void> {
    for (let number = from; number <= to; number++) expect(await this.relay.accept(report(number))).toBe(true);
  }

  /** Lets the central deal with what arrives until nothing more comes. */
  async answerAll(): Promise<void> {
    for (let quiet = 0; quiet < 20; quiet++) {
      await Promise.resolve();
      const download = this.unanswered.shift();
      if (download === undefined) continue;
      quiet = 0;
      if (!this.centralWorks) continue;
      this.counted.set(download, (this.counted.get(download) ?? 0) + 1);
      await this.relay.acknowledged(download);
    }
  }
}

test("all that clients have sent here are passed on, a bounded number at once, each once", async () => {
  const fixture = new RelayFixture();
  await fixture.accept(1, 250);
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(0);
  fixture.relay.connectionUp();
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(250);
  expect(new Set(fixture.counted.values())).toEqual(new Set([1]));
  expect(fixture.mostUnanswered).toBeLessThanOrEqual(100);
  expect(fixture.store.pendingReports(0, 1)).toEqual([]);
});

test("those that are left while there is a session follow, though places are used again", async () => {
  const fixture = new RelayFixture();
  fixture.relay.connectionUp();
  for (let round = 0; round < 5; round++) {
    await fixture.accept(3 * round + 1, 3 * round + 3);
    await fixture.answerAll();
  }
  expect(fixture.counted.size).toBe(15);
});

test("what the central cannot count for a while is sent again, with growing waits", async () => {
  const fixture = new RelayFixture();
  await fixture.accept(1, 150);
  fixture.centralWorks = false;
  fixture.relay.connectionUp();
  await fixture.answerAll();
  for (let tries = 0; tries < 10; tries++) {
    fixture.clock.advance(60_000);
    await fixture.answerAll();
  }
  expect(fixture.counted.size).toBe(0);
  fixture.centralWorks = true;
  fixture.clock.advance(300_000);
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(150);
  expect(fixture.clock.pending).toBe(0);
});

test("a session that ends in the middle is gone on with in the next one", async () => {
  const fixture = new RelayFixture();
  await fixture.accept(1, 150);
  fixture.centralWorks = false;
  fixture.relay.connectionUp();
  await fixture.answerAll();
  fixture.relay.connectionDown();
  expect(fixture.clock.pending).toBe(0);
  fixture.centralWorks = true;
  fixture.relay.connectionUp();
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(150);
});

test("a report that cannot be read is dropped, and the rest is passed on", async () => {
  const fixture = new RelayFixture();
  fixture.store.addReport("x", new Uint8Array([0xc1, 1, 2]));
  await fixture.accept(1, 2);
  fixture.relay.connectionUp();
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(2);
  expect(fixture.store.pendingReports(0, 1)).toEqual([]);
});

test("one that cannot be dropped is not sent again at once", async () => {
  const fixture = new RelayFixture();
  await fixture.accept(1, 1);
  fixture.store.deleteReport = () => {
    throw new Error("the disk is full");
  };
  fixture.relay.connectionUp();
  await fixture.answerAll();
  expect([...fixture.counted.values()]).toEqual([1]);
  expect(fixture.clock.pending).toBe(1);
});

test("what cannot be read for a moment is read again, and sent", async () => {
  const fixture = new RelayFixture();
  await fixture.accept(1, 3);
  const { pendingReports: reports } = fixture.store;
  fixture.store.pendingReports = () => {
    fixture.store.pendingReports = reports;
    throw new Error("disk I/O error");
  };
  fixture.relay.connectionUp();
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(0);
  fixture.clock.advance(10_000);
  await fixture.answerAll();
  expect(fixture.counted.size).toBe(3);
});
