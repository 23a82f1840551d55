import { beforeEach, expect, test } from "bun:test";
import { reportToSecondary } from "../../../../src/client/downloads/report-to-secondary.ts";
import type { Channel } from "../../../../src/net/session/channel.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import { keepReports, REPORT } from "../report-keeper.ts";

const SECONDARY = { number: 1, host: "s1", port: 50_001, partial: false };

let clock: FakeClock;
let network: FakeNetwork;

beforeEach(() => {
  clock = new FakeClock();
  network = new FakeNetwork(clock);
});

/** Reports, and lets `ms` pass; null while it is not over. */
async function report(ms: number): Promise<boolean | null> {
  let taken: boolean | null = null;
  void reportToSecondary(clock, network, SECONDARY, REPORT).then((result) => {
    taken = result;
  });
  await pass(ms);
  return taken;
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await Promise.resolve();
    await Promise.resolve();
  }
}

function counts(channel: Channel, { download }: Report): void {
  channel.send({ type: "counted", download });
}

test("a secondary that says that it is counted has it, and its session is over", async () => {
  const received: Report[] = [];
  const channels = keepReports(clock, network, SECONDARY, (channel, got) => {
    received.push(got);
    counts(channel, got);
  });
  expect(await report(100)).toBe(true);
  expect(received).toEqual([REPORT]);
  await pass(100);
  expect(channels.map(({ state }) => state)).toEqual(["closed"]);
  await pass(5000);
  expect(clock.pending).toBe(0);
});

test("that another download is counted says nothing of this one", async () => {
  keepReports(clock, network, SECONDARY, (channel) => {
    channel.send({ type: "counted", download: "2".repeat(32) });
  });
  expect(await report(2900)).toBeNull();
});

test("one that says nothing has not taken it after three seconds, and its session is over", async () => {
  const channels = keepReports(clock, network, SECONDARY, () => {});
  expect(await report(2900)).toBeNull();
  expect(await report(3100)).toBe(false);
  await pass(2000);
  expect(channels.map(({ state }) => state)).toEqual(["closed", "closed"]);
});

test("one that ends the session has not taken it, and neither has one that is not there", async () => {
  keepReports(clock, network, SECONDARY, (channel) => channel.fail("busy", "too many"));
  expect(await report(100)).toBe(false);
  network = new FakeNetwork(clock);
  expect(await report(100)).toBe(false);
});

test("one to which the connection is made too late learns nothing of it", async () => {
  const received: Report[] = [];
  network.shape(SECONDARY, { latency: 2000 });
  const channels = keepReports(clock, network, SECONDARY, (channel, got) => {
    received.push(got);
    counts(channel, got);
  });
  expect(await report(3100)).toBe(false);
  await pass(10_000);
  expect(received).toEqual([]);
  expect(channels.map(({ state }) => state)).toEqual(["closed"]);
});

test("another server at that address gets no report", async () => {
  network.listen(SECONDARY, (socket) => {
    return { data: () => void socket.write(Buffer.from("SSH-2.0-x\r\n")), drained() {}, closed() {} };
  });
  expect(await report(100)).toBe(false);
});
