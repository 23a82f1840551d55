import { beforeEach, expect, test } from "bun:test";
import type { Payload } from "../../../../src/net/session/send-queue.ts";
import type { ContentState } from "../../../../src/platform/content-state.ts";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import type { Message, Messages } from "../../../../src/protocol/messages/messages.ts";
import { PieceResponder } from "../../../../src/secondary/serving/piece-responder.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const ID = "a".repeat(64);
const KIB = 1024;
const MIB = 1024 * KIB;
/** Two pieces of 1 MiB and half a one. */
const SIZE = 2.5 * MIB;
const VERIFIED: ContentState = { size: SIZE, mtimeNs: 1n, inode: 1n };

let clock: FakeClock;
let limiter: RateLimiter;
let sent: { readonly message: Message; readonly payload: Payload | undefined }[];
/** Readers of the file now. */
let readers: number;
let sentBytes: number;
/** How the file is now. */
let state: ContentState;
let responder: PieceResponder;
/** Ends each read of a disk that has begun; null: all is in memory. */
let reads: (() => void)[] | null;

beforeEach(() => {
  clock = new FakeClock();
  limiter = new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket());
  [sent, readers, sentBytes, state, reads] = [[], 0, 0, VERIFIED, null];
  responder = new PieceResponder({
    clock,
    disk: {
      isCached: () => reads === null,
      read: (_fd, bytes) => new Promise((resolve) => void reads?.push(() => resolve(bytes.length))),
      fstat: async () => statOf(state),
      fstatNow: () => statOf(state),
    },
    allowance: () => limiter,
    log: { error() {}, warn() {} },
    channel: {
      remoteHost: "h",
      send: (message, payload) => void sent.push({ message, payload }),
      close() {},
      backlog: 0,
    },
    pieces: {
      acquire: async () => {
        readers += 1;
        const isIntact = ({ mtimeNs }: ContentState) => mtimeNs === VERIFIED.mtimeNs;
        return { fd: 7, size: SIZE, bitmap: () => null, has: () => true, isIntact, release: () => void readers-- };
      },
      hashes: async () => null,
      expects: () => false,
      descriptorsScarce: () => false,
    },
    smallFiles: {
      find: (id) => ({ path: id, size: 1, mtimeNs: 0n, inode: 0n }),
      read: async (files) => ({ sizes: files.map(() => 1), bytes: new Uint8Array(files.length) }),
    },
    serving() {},
    sent: (bytes) => {
      sentBytes += bytes;
    },
  });
});

const statOf = (now: ContentState): FileStat => ({ ...now, kind: "file", ctimeNs: 0n, device: 1n, allocated: 0 });
const ask = (request: number, piece: number): Messages["piece"] => ({ type: "piece", request, id: ID, piece });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50);
    await settle();
  }
}

test("under a limit a piece goes out in small blocks, no faster than that, and whole", async () => {
  limiter.setRate(256 * KIB);
  responder.requestPiece(ask(1, 0));
  await settle();
  await pass(2000);
  expect(sentBytes).toBeLessThanOrEqual(2.1 * 256 * KIB);
  expect(sentBytes).toBeGreaterThan(1.9 * 256 * KIB);
  await pass(3000);
  expect(sentBytes).toBe(MIB);
  const blocks = sent.map(({ payload }) => payload?.length);
  expect(new Set(blocks)).toEqual(new Set([13_107, MIB % 13_107]));
  expect(clock.pending).toBeLessThanOrEqual(1);
});

test("small files go out in small batches under a limit, each with one file at least", async () => {
  limiter.setRate(KIB);
  responder.requestFiles(1, Array(3000).fill(ID));
  await settle();
  await pass(2000);
  expect(sent.length).toBe(2);
  expect(sentBytes).toBeLessThanOrEqual(2.1 * KIB);
});

test("who goes while it waits for its turn keeps no file open", async () => {
  limiter.setRate(KIB);
  responder.requestPiece(ask(1, 0));
  await settle();
  expect(readers).toBe(1);
  responder.close();
  await settle();
  expect(readers).toBe(0);
});

test("a file that somebody writes over while a piece of it goes out slowly is not held any more", async () => {
  limiter.setRate(256 * KIB);
  responder.requestPiece(ask(1, 0));
  await settle();
  await pass(1000);
  const before = sentBytes;
  expect(before).toBeGreaterThan(0);
  state = { ...VERIFIED, mtimeNs: 2n };
  await pass(3000);
  expect(sentBytes).toBe(before);
  expect(sent.at(-1)?.message).toMatchObject({ type: "refusal", request: 1, code: "not-held" });
  expect(readers).toBe(0);
});

test("a limit that is lifted holds nobody back any more", async () => {
  limiter.setRate(KIB);
  responder.requestPiece(ask(1, 0));
  await settle();
  limiter.setRate(null);
  await settle();
  expect(sentBytes).toBe(MIB);
});

test("a piece that is cancelled while it waits for its turn is not sent", async () => {
  limiter.setRate(KIB);
  responder.requestPiece(ask(1, 0));
  responder.requestPiece(ask(2, 2));
  await settle();
  responder.cancel(1);
  await pass(2000);
  expect(new Set(sent.map(({ message }) => "request" in message && message.request))).toEqual(new Set([2]));
});

test("who waits long for its turn is told again and again what holds it back, and no longer", async () => {
  limiter.setRate(KIB);
  limiter.consume(21 * KIB);
  responder.requestPiece(ask(1, 2));
  await settle();
  await pass(20_900);
  expect(sent.map(({ message }) => message.type)).toEqual(Array(4).fill("held-back"));
  limiter.setRate(null);
  await settle();
  await pass(20_000);
  expect(sent.slice(4).map(({ message }) => message.type)).toEqual(["block", "block"]);
  expect(sentBytes).toBe(MIB / 2);
});

test("a limit that begins to hold while a disk is read holds for what was read", async () => {
  const begun: (() => void)[] = [];
  reads = begun;
  responder.requestPiece(ask(1, 0));
  await settle();
  expect([begun.length, sentBytes]).toEqual([1, 0]);
  limiter.setRate(20 * KIB);
  const since = clock.now();
  begun.shift()?.();
  for (let passed = 0; passed < 5000; passed += 50) {
    await settle();
    expect(sentBytes).toBeLessThanOrEqual((20 * KIB * (clock.now() - since + 100)) / 1000);
    clock.advance(50);
  }
  expect(sentBytes).toBeGreaterThan(95 * KIB);
});

test("a block that has left the memory while it waited is read without blocking the thread", async () => {
  limiter.setRate(100 * KIB);
  limiter.consume(200 * KIB);
  responder.requestPiece(ask(1, 2));
  await settle();
  const begun: (() => void)[] = [];
  reads = begun;
  await pass(3000);
  expect([begun.length, sentBytes]).toEqual([1, 0]);
  begun.shift()?.();
  await settle();
  expect(sent[0]?.payload).toBeInstanceOf(Uint8Array);
  expect(sentBytes).toBe(5 * KIB);
});
