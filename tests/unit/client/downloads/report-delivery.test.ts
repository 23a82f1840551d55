import { afterEach, beforeEach, expect, test } from "bun:test";
import { ReportDelivery } from "../../../../src/client/downloads/report-delivery.ts";
import { keepReports, REPORT } from "../report-keeper.ts";
import { DownloadJobFixture } from "./download-job-fixture.ts";

const SECONDARIES = [1, 2].map((number) => ({ number, host: `s${number}`, port: 50_000, partial: false }));

let fixture: DownloadJobFixture;
let delivery: ReportDelivery;

beforeEach(() => {
  fixture = new DownloadJobFixture();
  delivery = new ReportDelivery(fixture.deps, REPORT);
});

afterEach(() => {
  fixture.stop();
});

async function enter(): Promise<void> {
  fixture.central.start();
  fixture.session.start();
  await fixture.until("it has entered", () => fixture.session.connected);
}

/** What `deliver` has said after `ms`; null while it goes on. */
async function deliver(retryForMs: number, ms: number, secondaries = SECONDARIES): Promise<boolean | null> {
  let delivered: boolean | null = null;
  void delivery.deliver(secondaries, retryForMs).then((result) => {
    delivered = result;
  });
  await fixture.pass(ms);
  return delivered;
}

function keeper(number: number, counts = true): string[] {
  const kept: string[] = [];
  keepReports(fixture.clock, fixture.network, { host: `s${number}`, port: 50_000 }, (channel, { download }) => {
    kept.push(download);
    if (counts) channel.send({ type: "counted", download });
  });
  return kept;
}

test("the central counts it, and no secondary is asked", async () => {
  const kept = keeper(1);
  await enter();
  fixture.central.answer = (message) => {
    if (message.type === "finish") delivery.counted();
  };
  expect(await deliver(10_000, 100)).toBe(true);
  expect([fixture.central.all("finish"), kept]).toEqual([[{ type: "finish", report: REPORT }], []]);
});

test("where the central takes it and says nothing, a secondary is asked after a second", async () => {
  const kept = keeper(1);
  await enter();
  expect(await deliver(10_000, 900)).toBeNull();
  expect(kept).toEqual([]);
  await fixture.pass(200);
  expect(kept).toEqual([REPORT.download]);
});

test("where there is no central the secondaries are asked at once, one after the other", async () => {
  const first = keeper(1, false);
  const second = keeper(2);
  expect(await deliver(10_000, 100)).toBeNull();
  expect([first.length, second.length]).toEqual([1, 0]);
  await fixture.pass(3000);
  expect([first.length, second.length]).toEqual([1, 1]);
});

test("where nobody takes it, it is tried again until the time is over", async () => {
  let delivered: boolean | null = null;
  void delivery.deliver([], 5000).then((result) => {
    delivered = result;
  });
  await fixture.pass(2500);
  await enter();
  await fixture.pass(1000);
  expect(fixture.central.all("finish").length).toBeGreaterThan(0);
  expect(delivered).toBeNull();
  await fixture.pass(3000);
  expect(delivered as boolean | null).toBe(false);
});

test("it is tried once where there is no time at all", async () => {
  const kept = keeper(1);
  expect(await deliver(0, 100)).toBe(true);
  expect(kept).toHaveLength(1);
});

test("it is not tried again when the time is just over", async () => {
  await enter();
  expect(await deliver(1000, 1100, [])).toBe(false);
  await fixture.pass(2000);
  expect(fixture.central.all("finish")).toHaveLength(1);
});

test("when the session is there again it is sent at once", async () => {
  const delivered = deliver(60_000, 500, []);
  await delivered;
  await enter();
  fixture.central.received.length = 0;
  delivery.retryNow();
  await fixture.pass(50);
  expect(fixture.central.all("finish")).toHaveLength(1);
});

test("once it is cancelled only the try that is under way is made", async () => {
  let delivered: boolean | null = null;
  void delivery.deliver([], 60_000).then((result) => {
    delivered = result;
  });
  delivery.cancel();
  await fixture.pass(50);
  expect(delivered as boolean | null).toBe(false);
});

test("that it is counted holds also after it was cancelled", async () => {
  await enter();
  fixture.central.answer = (message) => {
    if (message.type !== "finish") return;
    delivery.cancel();
    delivery.counted();
    delivery.counted();
  };
  expect(await deliver(60_000, 100, [])).toBe(true);
});
