import fs from "node:fs";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import type { Message, Messages } from "../../../../src/protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { DiskSpace } from "../../../../src/secondary/replication/placement/disk-space.ts";
import { PieceServer } from "../../../../src/secondary/serving/piece-server.ts";
import { HalfUploads } from "../../../../src/secondary/uploads/half-uploads.ts";
import { Uploads } from "../../../../src/secondary/uploads/uploads.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import type { Content } from "../../transfer/content.ts";
import { IndexFixture } from "../index-fixture.ts";

export const SECONDARY = { number: 1, host: "s1", port: 50_001, partial: false };

/** A secondary that takes files from clients into a real folder, over a network in memory. */
export class UploadFixture {
  readonly index: IndexFixture;
  readonly network: FakeNetwork;
  readonly halves: HalfUploads;
  readonly uploads: Uploads;
  readonly serverDeps: ConstructorParameters<typeof PieceServer>[1];
  readonly server: PieceServer;
  readonly lines: string[] = [];
  /** Parts that grow, or are being closed. */
  growing = 0;
  /** Bytes that the disk has free, and how many kept files have. */
  free = 1e12;
  kept = 0;
  /** What keeps the next files from their places; null: nothing. */
  obstacle: { readonly reason: string; readonly lasting: boolean } | null = null;

  constructor(
    options: { readonly days?: number; readonly disk?: Partial<Disk>; readonly stagingFolders?: string[] } = {},
  ) {
    this.index = new IndexFixture({ settled: true, days: options.days ?? 7 });
    const { clock, index } = this.index;
    this.network = new FakeNetwork(clock);
    const log = { ...silentLog, info: this.note, warn: this.note };
    const disk: Disk = { ...systemDisk, ...options.disk };
    // The clock of the index is far ahead of the times of files.
    this.halves = new HalfUploads({ clock: { wall: () => Date.now() }, disk, log });
    this.countGrowing();
    const freeBytes = async () => this.free;
    this.uploads = new Uploads({
      ...{ clock, disk, log, index, halves: this.halves, hashScope: "whole" },
      hashing: inlineHashing(systemBlockingDisk, silentLog),
      space: new DiskSpace({ disk: { freeBytes }, freeSpace: freeBytes, freeableBytes: async () => this.kept }),
      stagingFolders: async () => options.stagingFolders ?? [this.index.path(".redes")],
      findPlacements: async (names) => names.map(() => this.obstacle ?? { staging: this.index.path(".redes") }),
    });
    const pieces = { acquire: async () => null, hashes: async () => null, expects: () => false };
    this.serverDeps = {
      ...{ clock, disk, log: silentLog, uploads: this.uploads },
      pieces: { ...pieces, descriptorsScarce: () => false },
      smallFiles: { find: () => null, read: async () => ({ sizes: [], bytes: new Uint8Array(0) }) },
      served() {},
      storeReport: async () => true,
    };
    this.server = new PieceServer(this.network, this.serverDeps, 100);
  }

  private countGrowing(): void {
    const { halves } = this;
    const [claim, stopped] = [halves.claim.bind(halves), halves.stopped.bind(halves)];
    halves.claim = (path) => {
      const isOurs = claim(path);
      this.growing += isOurs ? 1 : 0;
      return isOurs;
    };
    halves.stopped = async (...args) => {
      await stopped(...args);
      this.growing -= 1;
    };
  }

  private readonly note = (_event: string, text: string) => void this.lines.push(String(text));

  async start(files: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [name, content] of Object.entries(files)) this.index.write(name, content);
    await this.index.start();
    await this.index.agree();
    await driveThrough(this.index.clock, this.server.start(SECONDARY));
    this.uploads.start();
  }

  async stop(): Promise<void> {
    this.server.stop();
    await this.uploads.stop();
    await this.index.stop();
  }

  /** Waits until nothing is being sent. */
  idle(): Promise<void> {
    return this.until("nothing is being sent", () => this.growing === 0);
  }

  until(what: string, condition: () => boolean): Promise<void> {
    return drive(this.index.clock, what, condition);
  }

  /** The parts of files that are kept. */
  parts(): string[] {
    return fs.readdirSync(this.index.path(".redes")).filter((name) => name.startsWith("put-"));
  }

  /** A client that says what a test has it say. */
  async connect(): Promise<RawUploader> {
    const uploader = new RawUploader(this);
    await uploader.open();
    return uploader;
  }
}

/** A client as bad as a test wants. */
export class RawUploader {
  readonly received: Message[] = [];
  /** The bits of the pieces that are to be sent. */
  wanted: Uint8Array = new Uint8Array(0);
  /** Why the session has ended; null while it has not. */
  ended: string | null = null;
  private channel: Channel | null = null;

  constructor(private readonly fixture: UploadFixture) {}

  async open(): Promise<void> {
    const { clock } = this.fixture.index;
    let greeted = false;
    const expected = { role: "secondary", address: SECONDARY } as const;
    const options = { clock, role: "client", side: "connects", heartbeat: DATA_HEARTBEAT, expected } as const;
    await driveThrough(
      clock,
      this.fixture.network.connect(SECONDARY, (socket) => {
        const channel = openChannel(socket, options, {
          greeted: () => {
            greeted = true;
          },
          message: (message, payload) => {
            if (message.type === "wanted") this.wanted = payload;
            this.received.push(message);
          },
          closed: ({ message, error }) => {
            this.ended = error ? `${error.code}: ${error.message}` : String(message);
          },
        });
        this.channel = channel;
        return channel.socketEvents;
      }),
    );
    await this.fixture.until("it is greeted", () => greeted);
  }

  send(message: Message, payload?: Uint8Array): void {
    this.channel?.send(message, payload);
  }

  put({ version, hashes }: Content, changes: Partial<Messages["put"]> = {}): void {
    const put = { type: "put", request: 1, name: "film", ...version, modified: 5_000_000, base: null } as const;
    this.send({ ...put, payload: hashes.length, ...changes }, hashes);
  }

  give({ bytes }: Content, piece: number, part: { from?: number; to?: number; request?: number } = {}): void {
    const { from = piece * 1024 * 1024, to = Math.min((piece + 1) * 1024 * 1024, bytes.length), request = 1 } = part;
    const payload = bytes.subarray(from, to);
    this.send({ type: "give", request, piece, payload: payload.length }, payload);
  }

  close(): void {
    this.channel?.close({ cause: "ours", message: "gone" });
  }

  /** The next message of a type that has come; waits for it. */
  async hears<Type extends Message["type"]>(type: Type): Promise<Extract<Message, { type: Type }>> {
    const isIt = (message: Message): message is Extract<Message, { type: Type }> => message.type === type;
    await this.fixture.until(`${type} has come`, () => this.received.some(isIt) || this.ended !== null);
    const place = this.received.findIndex(isIt);
    const [found] = place < 0 ? [] : this.received.splice(place, 1);
    if (!found || !isIt(found)) throw new Error(`${type} did not come: ${this.ended}`);
    return found;
  }

  async endsWith(): Promise<string> {
    await this.fixture.until("the session has ended", () => this.ended !== null);
    return this.ended ?? "";
  }
}
