import { expect, test } from "bun:test";
import { silentLog } from "../../../src/base/log.ts";
import { systemDisk } from "../../../src/base/system-disk.ts";
import { Channel } from "../../../src/net/channel.ts";
import type { Message } from "../../../src/protocol/messages.ts";
import type { Holding } from "../../../src/secondary/holdings.ts";
import { PieceSession } from "../../../src/secondary/piece-session.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork } from "../../support/fake-network.ts";

const ID = "a".repeat(64);
const OTHER = "b".repeat(64);
const PLACE = { host: "s1", port: 50_001 };

/** A session with one downloader. */
class Stage {
  readonly clock = new FakeClock();
  readonly heard: Message[] = [];
  /** Versions that are held, with nothing of them here yet, and those that are expected. */
  readonly held = new Set<string>();
  readonly expected = new Set<string>();
  /** Small files; of those with null it turns out that they cannot be read. */
  readonly small = new Map<string, Uint8Array | null>();
  /** How many were read at once. */
  readonly reads: number[] = [];
  readonly blocks: number[] = [];
  session: PieceSession | null = null;
  private channel: Channel | null = null;

  async begin(): Promise<void> {
    const { clock } = this;
    const network = new FakeNetwork(clock);
    network.listen(PLACE, (socket) => {
      const session = new PieceSession({ ...this.deps(), closed() {} }, socket);
      this.session = session;
      return session.events;
    });
    const block = ({ request }: { request: number }) => void this.blocks.push(request);
    const handler = { greeted() {}, block, drained() {}, closed() {} };
    const message = (message: Message) => void this.heard.push(message);
    const connecting = network.connect(PLACE, (socket) => {
      const options = {
        clock,
        role: "secondary",
        side: "connects",
        rhythm: { interval: 5000, silence: 20_000 },
      } as const;
      this.channel = new Channel(socket, options, { ...handler, message });
      return this.channel;
    });
    await this.settle();
    await connecting;
    await this.settle();
  }

  async ask(...messages: Message[]): Promise<void> {
    this.channel?.together(() => {
      for (const message of messages) this.channel?.send(message);
    });
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      this.clock.advance(1);
      await Promise.resolve();
    }
  }

  private deps() {
    const holding: Holding = { fd: -1, size: 8, bitmap: () => new Uint8Array(1), has: () => false, release() {} };
    const holdings = {
      acquire: async (id: string) => (this.held.has(id) ? holding : null),
      hashes: async (id: string) => (this.held.has(id) ? new Uint8Array(32) : null),
      expects: (id: string) => this.expected.has(id),
    };
    const smallFiles = {
      small: (id: string) => (this.small.has(id) ? { path: id, size: 4, mtimeNs: 0n, inode: 0n } : null),
      read: async (files: readonly { path: string }[]) => {
        this.reads.push(files.length);
        return files.map(({ path }) => this.small.get(path) ?? null);
      },
    };
    return {
      clock: this.clock,
      disk: systemDisk,
      log: silentLog,
      holdings,
      smallFiles,
      served() {},
      keepReport: async () => true,
    };
  }
}

const open = (request: number, id: string): Message => ({ type: "open", request, id, name: "a", download: null });
const manifest = (request: number, id: string): Message => ({ type: "manifest", request, id });

test("a version that is not held is refused", async () => {
  const stage = new Stage();
  await stage.begin();
  await stage.ask(open(1, ID));
  expect(stage.heard).toMatchObject([{ type: "refusal", request: 1, code: "not-held" }]);
});

test("who asks for a version that is expected is answered as soon as it begins, and told of its pieces", async () => {
  const stage = new Stage();
  stage.expected.add(ID);
  await stage.begin();
  await stage.ask(open(1, ID));
  await stage.ask(manifest(2, ID));
  stage.session?.reconsider();
  await stage.settle();
  expect(stage.heard).toEqual([]);
  stage.held.add(ID);
  stage.session?.reconsider();
  await stage.settle();
  const answers = stage.heard.map((message) => [message.type, "request" in message && message.request]);
  expect(new Map(answers as [string, number][])).toEqual(
    new Map([
      ["opened", 1],
      ["hashes", 2],
    ]),
  );
  stage.session?.gained(ID, [0]);
  await stage.settle();
  expect(stage.heard.at(-1)).toMatchObject({ type: "have", id: ID, pieces: [0] });
});

test("a version that does not come after all is refused", async () => {
  const stage = new Stage();
  stage.expected.add(ID);
  await stage.begin();
  await stage.ask(open(1, ID));
  stage.expected.clear();
  stage.session?.reconsider();
  await stage.settle();
  expect(stage.heard).toMatchObject([{ type: "refusal", request: 1, code: "not-held" }]);
});

test("of early questions one of each kind waits", async () => {
  const stage = new Stage();
  stage.expected.add(ID).add(OTHER);
  await stage.begin();
  await stage.ask(open(1, ID));
  await stage.ask(open(2, OTHER));
  expect(stage.heard).toMatchObject([{ type: "refusal", request: 1, code: "busy" }]);
});

test("small files that are asked for together are read together, and what cannot be goes the long way", async () => {
  const stage = new Stage();
  const ids = ["1", "2", "3", "4", "5", "6"].map((digit) => digit.repeat(64));
  for (const [index, id] of ids.entries()) stage.small.set(id, index === 3 ? null : new Uint8Array(4));
  await stage.begin();
  await stage.ask(...ids.map((id, request) => ({ type: "piece", request, id, piece: 0 }) as const));
  await stage.settle();
  expect(stage.blocks).toEqual([0, 1, 2, 4, 5]);
  expect(stage.heard).toMatchObject([{ type: "refusal", request: 3, code: "not-held" }]);
  expect(stage.reads).toEqual([6, 3, 2]);
});

test("a small file's cancelled request is not answered", async () => {
  const stage = new Stage();
  const ids = ["1", "2", "3"].map((digit) => digit.repeat(64));
  for (const id of ids) stage.small.set(id, new Uint8Array(4));
  await stage.begin();
  const pieces = ids.map((id, request) => ({ type: "piece", request, id, piece: 0 }) as const);
  await stage.ask(...pieces, { type: "cancel", request: 1 });
  await stage.settle();
  expect(stage.blocks.filter((request) => request !== 1)).toEqual([0, 2]);
});
