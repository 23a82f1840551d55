import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import { ConnectError } from "../../../../src/net/transport/network.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { inlineBatches } from "../../../../src/platform/workers/batch-client.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { DescriptorCache } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { LocalPieceStore } from "../../../../src/secondary/serving/local-piece-store.ts";
import { PartialFiles } from "../../../../src/secondary/serving/partial-files.ts";
import { PieceServer } from "../../../../src/secondary/serving/piece-server.ts";
import { smallFilesOf } from "../../../../src/secondary/serving/small-files.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import { noUploads } from "../../../support/no-uploads.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

const ADDRESS = { host: "s1", port: 50_001 };
/** More than the descriptors that may be open at once. */
const FILES = ["a", "b", "c", "d", "e"];
const MAX_OPEN = 2;

/** The id of a client's download of a file. */
function downloadOf(name: string): string {
  return Buffer.from(name.repeat(16)).toString("hex");
}

/** A secondary's piece server over a real folder. */
class ServerFixture {
  readonly index = new IndexFixture({ settled: true });
  readonly served: string[] = [];
  /** Names of files whose blocks came. */
  readonly received: string[] = [];
  private readonly network = new FakeNetwork(this.index.clock);
  private readonly descriptors: DescriptorCache;
  readonly server: PieceServer;

  constructor() {
    const { clock, guard, index } = this.index;
    this.descriptors = new DescriptorCache({ disk: systemDisk, clock, index, limit: MAX_OPEN });
    const { descriptors } = this;
    const partialFiles = new PartialFiles(systemDisk);
    const deps = {
      clock,
      disk: systemDisk,
      log: silentLog,
      pieces: new LocalPieceStore({ guard, descriptors, partialFiles, expects: () => false }),
      smallFiles: smallFilesOf(index, inlineBatches(systemBlockingDisk), guard),
      served: (download: string, name: string) => void this.served.push(`${download} ${name}`),
      storeReport: async () => true,
      uploads: noUploads,
    };
    this.server = new PieceServer(this.network, deps, 100);
  }

  async start(): Promise<void> {
    for (const name of FILES) this.index.write(name, `content of ${name}`);
    await this.index.start();
    await driveThrough(this.index.clock, this.server.start(ADDRESS));
  }

  async stop(): Promise<void> {
    this.server.stop();
    this.descriptors.close();
    await this.index.stop();
  }

  /** A client that downloads one file, and keeps its connection. */
  async download(name: string): Promise<Channel> {
    const { clock } = this.index;
    const id = idOf(`content of ${name}`);
    let channel: Channel | null = null;
    const events = {
      greeted: () => channel?.send({ type: "open", request: 1, id, name, download: downloadOf(name) }),
      message: ({ type }: Message) => {
        if (type !== "opened") return;
        for (const request of [2, 3]) channel?.send({ type: "piece", request, id, piece: 0 });
      },
      block: () => void this.received.push(name),
      closed() {},
    };
    const connecting = this.network.connect(ADDRESS, (socket) => {
      const expected = { role: "secondary", address: ADDRESS } as const;
      const options = { clock, role: "client", side: "connects", heartbeat: DATA_HEARTBEAT, expected } as const;
      channel = openChannel(socket, options, events);
      return channel.socketEvents;
    });
    await driveThrough(clock, connecting);
    if (!channel) throw new Error("there is no channel");
    return channel;
  }

  until(what: string, condition: () => boolean): Promise<void> {
    return drive(this.index.clock, what, condition);
  }
}

let fixture: ServerFixture;

beforeEach(async () => {
  fixture = new ServerFixture();
  await fixture.start();
});

afterEach(() => fixture.stop());

test("more connections than descriptors, each on another file and open, are all served", async () => {
  for (const name of FILES) await fixture.download(name);
  await fixture.until("every file has come", () => new Set(fixture.received).size === FILES.length);
  expect(fixture.server.activeDownloads()).toEqual(new Map(FILES.map((name) => [name, 1])));
});

test("a download is counted once, when its first piece goes out, and is active as long as its connection", async () => {
  const channel = await fixture.download("a");
  await fixture.until("both pieces have come", () => fixture.received.length === 2);
  expect(fixture.served).toEqual([`${downloadOf("a")} a`]);
  expect(fixture.server.activeDownloads()).toEqual(new Map([["a", 1]]));
  expect(fixture.server.sent).toEqual({ client: 2 * "content of a".length, secondary: 0 });
  expect(fixture.server.sessionCounts()).toEqual({ client: 1, secondary: 0 });
  channel.fail("stopping", "the client is stopping");
  await fixture.until("it is not active any more", () => fixture.server.activeDownloads().size === 0);
});

test("a server that is stopped while it begins to listen does not go on listening", async () => {
  fixture.server.stop();
  const second = new ServerFixture();
  const starting = second.start();
  second.server.stop();
  await starting;
  expect(await second.download("a").catch((error: unknown) => error)).toBeInstanceOf(ConnectError);
  await second.stop();
});
