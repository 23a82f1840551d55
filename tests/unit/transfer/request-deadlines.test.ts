import { describe, expect, test } from "bun:test";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { DescriptorTable } from "../../../src/platform/workers/descriptor-table.ts";
import { MESSAGE_RULES } from "../../../src/protocol/message-rules.ts";
import { dataMessages } from "../../../src/protocol/messages/data.ts";
import type { MessageType } from "../../../src/protocol/messages/messages.ts";
import { inlineConnections } from "../../../src/transfer/connection/connection-pool.ts";
import type { ConnectionEvent } from "../../../src/transfer/connection/messages.ts";
import { REQUEST_DEADLINES } from "../../../src/transfer/request-deadlines.ts";
import { drive } from "../../support/drive.ts";
import { DownloadFixture } from "./download-fixture.ts";

/** Milliseconds by which a deadline may be noticed late: deadlines are checked at intervals of up to five seconds. */
const LATE_MS = 7000;
const SMALL_FILE = { id: "0".repeat(64), size: 10, modified: 0 };

/** When a source's connections were made, in milliseconds. */
function connectionTimes({ clock, network }: DownloadFixture): number[] {
  const times: number[] = [];
  const connect = network.connect.bind(network);
  network.connect = (address, attach) => {
    times.push(clock.passed);
    return connect(address, attach);
  };
  return times;
}

/** Downloads from one source. Gives after how long it is connected to again. */
async function reconnects(fixture: DownloadFixture, whenReady: () => void = () => {}): Promise<number> {
  const times = connectionTimes(fixture);
  const download = await fixture.download(600_000);
  const ended = download.run();
  await drive(fixture.clock, "the source is connected to", () => fixture.network.connections.length > 0);
  whenReady();
  await drive(fixture.clock, "it is connected to again", () => times.length > 1);
  download.stop({ kind: "cancelled" });
  await drive(fixture.clock, "it has ended", () => download.stats().state === "over");
  await ended;
  const [first = 0, second = 0] = times;
  return second - first;
}

/** For each request: a source that never answers it, and after how many milliseconds it is given up. */
const SILENCES: Record<keyof typeof REQUEST_DEADLINES, () => Promise<number>> = {
  hello: () => {
    const fixture = new DownloadFixture();
    const source = fixture.source();
    source.die();
    fixture.network.listen(source.address, () => ({ data() {}, drained() {}, closed() {} }));
    return reconnects(fixture);
  },
  ping: () => {
    const fixture = new DownloadFixture();
    // It has nothing, so nothing but pings is sent to it.
    const source = fixture.source({ have: [] });
    return reconnects(fixture, () => {
      fixture.clock.advance(1000);
      expect(source.greetings).toBe(1);
      for (const connection of fixture.network.connections) connection.freeze();
    });
  },
  open: () => {
    const fixture = new DownloadFixture();
    fixture.source({ mute: true });
    return reconnects(fixture);
  },
  manifest: () => {
    const fixture = new DownloadFixture();
    fixture.source({ manifest: "none" });
    return reconnects(fixture);
  },
  piece: () => {
    const fixture = new DownloadFixture();
    fixture.source({ script: () => "say nothing" });
    return reconnects(fixture);
  },
  files: async () => {
    const fixture = new DownloadFixture();
    const { clock, network, folder } = fixture;
    const source = fixture.source({ mute: true });
    const events: ConnectionEvent[] = [];
    const connections = inlineConnections({ clock, network, disk: systemBlockingDisk });
    const connection = connections.open((some) => void events.push(...some));
    const unnamed = DescriptorTable.of(1).memory;
    const { number, address } = source;
    const spec = { number, address, folder, reach: "real", files: [SMALL_FILE], unnamed } as const;
    connection.send({ kind: "small-files", spec });
    await drive(clock, "the connection has ended", () => events.some(({ kind }) => kind === "ended"));
    return clock.passed;
  },
};

test("every message to a source that wants an answer has a deadline", () => {
  const toSources = [...Object.keys(dataMessages), "hello", "ping"] as MessageType[];
  const requests = toSources.filter((type) => {
    const { to, answers } = MESSAGE_RULES[type];
    return to.includes("secondary") && answers.length > 0;
  });
  expect(requests.sort()).toEqual(Object.keys(REQUEST_DEADLINES).sort() as MessageType[]);
});

describe("a source that never answers", () => {
  for (const [request, silence] of Object.entries(SILENCES)) {
    test(`${request} is given up in time`, async () => {
      const { afterMs } = REQUEST_DEADLINES[request as keyof typeof REQUEST_DEADLINES];
      const elapsed = await silence();
      expect(elapsed).toBeGreaterThanOrEqual(afterMs);
      expect(elapsed).toBeLessThan(afterMs + LATE_MS);
    });
  }
});

test("pieces that another source has are not waited for so long", async () => {
  const fixture = new DownloadFixture();
  fixture.source({ script: () => "say nothing" });
  fixture.source();
  expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
  expect(fixture.clock.passed).toBeLessThan(REQUEST_DEADLINES.piece.afterMs);
  expect(fixture.warnings).toEqual([]);
});

test("a source is not to blame for the time in which this process was held up", async () => {
  const fixture = new DownloadFixture();
  const source = fixture.source({ script: () => "say nothing" });
  const { clock } = fixture;
  const now = clock.now.bind(clock);
  let heldUpMs = 0;
  clock.now = () => now() + heldUpMs;
  const download = await fixture.download(600_000);
  const ended = download.run();
  await drive(clock, "it is asked for a piece", () => source.asked.length > 0);
  heldUpMs = 60_000;
  for (let second = 0; second < 15; second++) clock.advance(1000);
  expect(fixture.warnings).toEqual([]);
  await drive(clock, "it is given up later", () => fixture.warnings.length > 0);
  expect(fixture.warnings[0]).toContain("has sent nothing for a long time");
  download.stop({ kind: "cancelled" });
  await drive(clock, "it has ended", () => download.stats().state === "over");
  await ended;
});
