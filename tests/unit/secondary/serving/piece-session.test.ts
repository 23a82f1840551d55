import { expect, test } from "bun:test";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { ServerLoad } from "../../../../src/net/session/fairness/server-load.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import type { Peer } from "../../../../src/net/transport/network.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { hash, hex } from "../../../../src/platform/hash.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { PieceSession } from "../../../../src/secondary/serving/piece-session.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import { knownPeer } from "../../../support/known-peer.ts";
import { noUploads } from "../../../support/no-uploads.ts";

const ID = "a".repeat(64);
const OTHER = "b".repeat(64);
/** Bytes that the index says a small file has. */
const SIZE = 64 * 1024;
const PLACE = { host: "s1", port: 50_001 };
const NO_PIECES = { fd: -1, size: 8, bitmap: () => new Uint8Array(1), has: () => false, isIntact: () => true };

/** A session with one downloader. */
class SessionFixture {
  readonly clock = new FakeClock();
  readonly received: Message[] = [];
  /** Versions that are held, with nothing of them here yet, and those that are expected. */
  readonly held = new Set<string>();
  readonly expected = new Set<string>();
  /** Small files; of those with null it turns out that they cannot be read. */
  readonly small = new Map<string, Uint8Array | null>();
  /** How many were read at once. */
  readonly reads: number[] = [];
  /** The clients of the reports that were kept. */
  readonly reporters: string[] = [];
  /** What came in `contents`. */
  readonly contents: Buffer[] = [];
  session: PieceSession | null = null;
  readonly sent = { client: 0, secondary: 0 };
  /** Who connects, by its certificate. */
  peer: Peer | null = null;
  /** How often a version is held open, whether somebody else waits for that, and what opening one fails with. */
  open = 0;
  scarce = false;
  refusal: Error | null = null;
  private channel: Channel | null = null;

  async connect(): Promise<void> {
    const { clock } = this;
    const network = new FakeNetwork(clock);
    network.client = this.peer;
    network.listen(PLACE, (socket) => {
      const more = { uploads: noUploads, load: new ServerLoad(clock), sent: this.sent, greeted() {}, closed() {} };
      this.session = new PieceSession({ ...this.deps(), ...more }, socket);
      return this.session.channel.socketEvents;
    });
    const handler = { greeted() {}, block() {}, drained() {}, closed() {} };
    const message = (message: Message, payload: Uint8Array) => {
      this.received.push(message);
      if (message.type === "contents") this.contents.push(Buffer.from(payload));
    };
    const connecting = network.connect(PLACE, (socket) => {
      const options = {
        clock,
        role: this.peer ? "client" : "secondary",
        side: "connects",
        heartbeat: DATA_HEARTBEAT,
        expected: { role: "secondary", address: PLACE },
      } as const;
      this.channel = openChannel(socket, options, { ...handler, message });
      return this.channel.socketEvents;
    });
    await this.settle();
    await connecting;
    await this.settle();
  }

  async ask(message: Message, payload?: Uint8Array): Promise<void> {
    this.channel?.send(message, payload);
    await this.settle();
  }

  /** Asks for small files. */
  async list(request: number, ids: readonly string[]): Promise<void> {
    const payload = Buffer.from(ids.join(""), "hex");
    await this.ask({ type: "files", request, payload: payload.length }, payload);
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      this.clock.advance(1);
      await Promise.resolve();
    }
  }

  private deps() {
    const release = () => {
      this.open -= 1;
    };
    const pieces = {
      acquire: async (id: string) => {
        if (this.refusal) throw this.refusal;
        if (!this.held.has(id)) return null;
        this.open += 1;
        return { ...NO_PIECES, release };
      },
      hashes: async (id: string) => (this.held.has(id) ? new Uint8Array(32) : null),
      descriptorsScarce: () => this.scarce,
      expects: (id: string) => this.expected.has(id),
    };
    const smallFiles = {
      find: (id: string) => (this.small.has(id) ? { path: id, size: SIZE, mtimeNs: 0n, inode: 0n } : null),
      read: async (files: readonly { path: string }[]) => {
        this.reads.push(files.length);
        const found = files.map(({ path }) => this.small.get(path) ?? null);
        const bytes = Buffer.concat(found.filter((content) => content !== null));
        return { sizes: found.map((content) => content?.length ?? null), bytes };
      },
    };
    return {
      clock: this.clock,
      disk: systemDisk,
      log: silentLog,
      pieces,
      smallFiles,
      pace: { allowance: () => UNLIMITED },
      served() {},
      storeReport: async ({ client }: Report) => {
        this.reporters.push(client);
        return true;
      },
    };
  }
}

const open = (request: number, id: string): Message => ({ type: "open", request, id, name: "a", download: null });
const manifest = (request: number, id: string): Message => ({ type: "manifest", request, id });

test("a version that is not held is refused", async () => {
  const fixture = new SessionFixture();
  await fixture.connect();
  await fixture.ask(open(1, ID));
  expect(fixture.received).toMatchObject([{ type: "refusal", request: 1, code: "not-held" }]);
});

test("who asks for a version that is expected is answered as soon as it begins, and told of its pieces", async () => {
  const fixture = new SessionFixture();
  fixture.expected.add(ID);
  await fixture.connect();
  await fixture.ask(open(1, ID));
  await fixture.ask(manifest(2, ID));
  fixture.session?.availabilityChanged();
  await fixture.settle();
  expect(fixture.received).toEqual([]);
  fixture.held.add(ID);
  fixture.session?.availabilityChanged();
  await fixture.settle();
  const answers = fixture.received.map((message) => [message.type, "request" in message && message.request]);
  expect(new Map(answers as [string, number][])).toEqual(
    new Map([
      ["opened", 1],
      ["hashes", 2],
    ]),
  );
  fixture.session?.piecesAdded(ID, [0]);
  await fixture.settle();
  expect(fixture.received.at(-1)).toMatchObject({ type: "have", id: ID, pieces: [0] });
});

test.each([
  [0, []],
  [MAX_BATCH, [MAX_BATCH]],
  [MAX_BATCH + 1, [MAX_BATCH, 1]],
])("%i new pieces are told in messages of these lengths: %j", async (count, lengths) => {
  const fixture = new SessionFixture();
  fixture.held.add(ID);
  await fixture.connect();
  await fixture.ask(open(1, ID));
  fixture.session?.piecesAdded(
    ID,
    Array.from({ length: count }, (_, piece) => piece),
  );
  await fixture.settle();
  const told = fixture.received.flatMap((message) => (message.type === "have" ? message.pieces.length : []));
  expect(told).toEqual(lengths);
});

test("a version that does not come after all is refused", async () => {
  const fixture = new SessionFixture();
  fixture.expected.add(ID);
  await fixture.connect();
  await fixture.ask(open(1, ID));
  fixture.expected.clear();
  fixture.session?.availabilityChanged();
  await fixture.settle();
  expect(fixture.received).toMatchObject([{ type: "refusal", request: 1, code: "not-held" }]);
});

test("of questions that are postponed one of each kind waits", async () => {
  const fixture = new SessionFixture();
  fixture.expected.add(ID).add(OTHER);
  await fixture.connect();
  await fixture.ask(open(1, ID));
  await fixture.ask(open(2, OTHER));
  expect(fixture.received).toMatchObject([{ type: "refusal", request: 1, code: "busy" }]);
});

const numbered = (count: number) => Array.from({ length: count }, (_, index) => hex(hash(Buffer.from([index]))));

test("small files are sent together, as many as a payload takes, without those that cannot be read whole", async () => {
  const fixture = new SessionFixture();
  const ids = numbered(20);
  for (const [index, id] of ids.entries()) fixture.small.set(id, Buffer.alloc(SIZE, index));
  fixture.small.set(ids[1] ?? "", null);
  fixture.small.delete(ids[2] ?? "");
  await fixture.connect();
  await fixture.list(7, ids);
  await fixture.settle();
  expect(fixture.reads).toEqual([16, 3]);
  expect(fixture.received.map((message) => "request" in message && message.request)).toEqual([7, 7]);
  const sizes = fixture.received.flatMap((message) => (message.type === "contents" ? message.sizes : []));
  expect(sizes).toEqual(ids.map((_, index) => (index === 1 || index === 2 ? null : SIZE)));
  const sent = Buffer.concat(fixture.contents);
  expect(sizes.filter((size) => size !== null).map((_, index) => sent[index * SIZE])).toEqual([
    0,
    ...Array.from({ length: 17 }, (_, index) => index + 3),
  ]);
});

test("of many lists at once the last are refused", async () => {
  const fixture = new SessionFixture();
  for (const id of numbered(1)) fixture.small.set(id, new Uint8Array(1));
  await fixture.connect();
  await Promise.all(Array.from({ length: 12 }, (_, request) => fixture.list(request, numbered(1))));
  const answers = fixture.received.map(({ type }) => type);
  expect(answers.filter((type) => type === "contents").length).toBeGreaterThanOrEqual(8);
  expect(answers.filter((type) => type === "refusal").length).toBe(
    12 - answers.filter((type) => type === "contents").length,
  );
});

const piece = (request: number): Message => ({ type: "piece", request, id: ID, piece: 0 });

test("a session that asks for nothing more releases its descriptor after a second", async () => {
  const fixture = new SessionFixture();
  fixture.held.add(ID);
  await fixture.connect();
  await fixture.ask(open(1, ID));
  expect(fixture.open).toBe(0);
  for (let second = 0; second < 3; second++) {
    await fixture.ask(piece(2));
    fixture.clock.advance(600);
    expect(fixture.open).toBe(1);
  }
  fixture.clock.advance(600);
  expect(fixture.open).toBe(0);
  await fixture.ask(piece(3));
  expect(fixture.open).toBe(1);
});

test("where others wait for a descriptor, none is kept between two requests", async () => {
  const fixture = new SessionFixture();
  fixture.held.add(ID);
  await fixture.connect();
  fixture.scarce = true;
  await fixture.ask(piece(1));
  expect(fixture.open).toBe(0);
});

test("that too much is open here is answered so, and not with a version that is not held", async () => {
  const fixture = new SessionFixture();
  fixture.held.add(ID);
  await fixture.connect();
  fixture.refusal = new DiskError("limit", "a", "cannot open a: too many open files");
  await fixture.ask(open(1, ID));
  await fixture.ask(piece(2));
  expect(fixture.received).toMatchObject([
    { type: "refusal", request: 1, code: "busy" },
    { type: "refusal", request: 2, code: "busy" },
  ]);
});

test("with keys a report that is left here is of the client whose key it is", async () => {
  const fixture = new SessionFixture();
  fixture.peer = knownPeer({ role: "client", name: "ana", rights: "read" });
  await fixture.connect();
  const download = "0".repeat(32);
  await fixture.ask({
    type: "finish",
    report: { download, client: "eva", name: "a", id: ID, outcome: "done", sources: [1] },
  });
  expect(fixture.received).toEqual([{ type: "counted", download }]);
  expect(fixture.reporters).toEqual(["ana"]);
});
