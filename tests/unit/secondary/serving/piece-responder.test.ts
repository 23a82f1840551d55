import { beforeEach, expect, test } from "bun:test";
import type { Payload } from "../../../../src/net/session/send-queue.ts";
import type { FileSlice } from "../../../../src/net/transport/network.ts";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";
import type { Message, Messages } from "../../../../src/protocol/messages/messages.ts";
import { PieceResponder } from "../../../../src/secondary/serving/piece-responder.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const ID = "a".repeat(64);
const FD = 7;
const KIB = 1024;
const MIB = 1024 * KIB;
/** Three pieces of 1 MiB, of which the last is half as long. */
const SIZE = 2.5 * MIB;
/** Bytes read at once from a disk. */
const READ = 512 * KIB;
const STAT: FileStat = { kind: "file", size: SIZE, mtimeNs: 1n, ctimeNs: 1n, inode: 1n, device: 1n, allocated: 0 };

let clock: FakeClock;
let sent: { readonly message: Message; readonly payload: Payload | undefined }[];
/** Positions that were read, and what to do meanwhile. */
let reads: number[];
let whileReading: () => void;
/** Bytes that are in the file from a position on. */
let available: number;
let cached: boolean;
let backlog: number;
/** Readers of the file now, and the pieces that began to go out. */
let readers: number;
let served: number;
/** Bytes that have gone out. */
let sentBytes: number;
let logged: string[];
let size: number;
/** How often a file was released because it could not be read. */
let unreadables: number;
/** Whether others wait for descriptors, and why the session was closed. */
let scarce: boolean;
let closed: string[];
let responder: PieceResponder;

beforeEach(() => {
  clock = new FakeClock();
  [sent, reads, logged] = [[], [], []];
  whileReading = () => {};
  [unreadables, scarce, closed, sentBytes] = [0, false, [], 0];
  [available, cached, backlog, readers, served, size] = [Number.POSITIVE_INFINITY, false, 0, 0, 0, SIZE];
  responder = new PieceResponder({
    clock,
    disk: {
      isCached: () => cached,
      read: async (_fd, bytes, position) => {
        reads.push(position);
        whileReading();
        return Math.min(bytes.length, available);
      },
      fstat: async () => STAT,
      fstatNow: () => STAT,
    },
    allowance: () => UNLIMITED,
    log: {
      error: (_event, text) => void logged.push(String(text)),
      warn: (_event, text) => void logged.push(String(text)),
    },
    channel: {
      remoteHost: "h",
      send: (message, payload) => void sent.push({ message, payload }),
      close: ({ cause }) => void closed.push(cause),
      get backlog() {
        return backlog;
      },
    },
    pieces: {
      acquire: async (id) => {
        if (id !== ID) return null;
        readers += 1;
        const release = (unreadable = false) => {
          readers -= 1;
          if (unreadable) unreadables += 1;
        };
        return { fd: FD, size, bitmap: () => null, has: () => true, isIntact: () => true, release };
      },
      hashes: async () => null,
      expects: () => false,
      descriptorsScarce: () => scarce,
    },
    smallFiles: {
      find: (id) => ({ path: id, size: 1, mtimeNs: 0n, inode: 0n }),
      read: async (files) => ({ sizes: files.map(() => 1), bytes: new Uint8Array(files.length) }),
    },
    serving: () => {
      served += 1;
    },
    sent: (bytes) => {
      sentBytes += bytes;
    },
  });
});

const ask = (request: number, piece: number, id = ID): Messages["piece"] => ({ type: "piece", request, id, piece });

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

/** What was sent, as `block 512` with its KiB, or as the code of a refusal. */
function answers(): string[] {
  return sent.map(({ message }) => {
    if (message.type === "block") return `${message.request}: block ${message.payload / KIB}`;
    return message.type === "refusal" ? `${message.request}: ${message.code}` : message.type;
  });
}

test("a piece is read from the disk in blocks, from its place in the file to its end", async () => {
  responder.requestPiece(ask(1, 1));
  responder.requestPiece(ask(2, 2));
  await settle();
  expect(reads).toEqual([MIB, MIB + READ, 2 * MIB]);
  expect(answers()).toEqual(["1: block 512", "1: block 512", "2: block 512"]);
  expect([served, sentBytes]).toEqual([2, 3 * READ]);
});

test("what is in the page cache is sent from the file, at most 1 MiB at once", async () => {
  // From this size on a piece has 2 MiB.
  size = 16 * 1024 * MIB + 1;
  cached = true;
  responder.requestPiece(ask(1, 3));
  await settle();
  const slices = sent.map(({ payload }) => payload as FileSlice);
  expect(slices).toEqual([
    { fd: FD, position: 6 * MIB, length: MIB },
    { fd: FD, position: 7 * MIB, length: MIB },
  ]);
  expect(reads).toEqual([]);
});

test("pieces that are not in the file, and files that are not here, are refused", async () => {
  responder.requestPiece(ask(1, 3));
  responder.requestPiece(ask(2, 0, "b".repeat(64)));
  await settle();
  expect(answers()).toEqual(["1: not-held", "2: not-held"]);
  expect(served).toBe(0);
});

test("a file that has become shorter is refused, and released at once", async () => {
  available = READ - 1;
  responder.requestPiece(ask(1, 0));
  responder.requestPiece(ask(2, 2));
  await settle();
  expect(answers()).toEqual(["1: unreadable", "2: unreadable"]);
  expect(readers).toBe(0);
  expect(unreadables).toBe(2);
  expect(logged[0]).toContain("it has become shorter");
});

test("nothing more of a piece that is cancelled is sent, not even what was being read, and the next request is answered", async () => {
  whileReading = () => responder.cancel(1);
  responder.requestPiece(ask(1, 0));
  responder.requestPiece(ask(2, 2));
  await settle();
  expect(answers()).toEqual(["2: block 512"]);
});

test("a request that waits and is cancelled is not answered; another one's number changes nothing", async () => {
  responder.requestPiece(ask(1, 2));
  responder.requestPiece(ask(2, 2));
  responder.requestPiece(ask(3, 2));
  responder.cancel(2);
  responder.cancel(9);
  await settle();
  expect(answers()).toEqual(["1: block 512", "3: block 512"]);
});

test("the first request that waits can be cancelled too", async () => {
  responder.requestPiece(ask(1, 2));
  responder.requestPiece(ask(2, 2));
  responder.cancel(1);
  await settle();
  expect(answers()).toEqual(["2: block 512"]);
});

test("1024 requests wait at most", async () => {
  for (let request = 0; request < 1025; request++) responder.requestPiece(ask(request, 2));
  expect(answers()).toEqual(["1024: busy"]);
});

test("8 lists of small files wait at most", async () => {
  for (let request = 0; request < 9; request++) responder.requestFiles(request, [ID]);
  expect(answers()).toEqual(["8: busy"]);
  await settle();
  expect(sent.slice(1).map(({ message }) => message.type)).toEqual(Array.from({ length: 8 }, () => "contents"));
});

test("the next block is read only when the network has accepted the last one", async () => {
  backlog = 1;
  responder.requestPiece(ask(1, 0));
  await settle();
  expect(reads).toEqual([0]);
  responder.drained();
  await settle();
  expect(reads).toEqual([0, READ]);
});

test("after 5 ms the other sessions have their turn", async () => {
  whileReading = () => clock.advance(4);
  responder.requestPiece(ask(1, 0));
  responder.requestPiece(ask(2, 0));
  await settle();
  expect(reads).toEqual([0, READ]);
  clock.advance(0);
  await settle();
  expect(reads).toEqual([0, READ, 0, READ]);
});

test("a session that is closed sends nothing more, and releases its file when the read is over", async () => {
  whileReading = () => {
    responder.close();
    expect(readers).toBe(1);
  };
  responder.requestPiece(ask(1, 0));
  responder.requestPiece(ask(2, 0));
  await settle();
  expect(answers()).toEqual([]);
  expect([reads.length, readers]).toEqual([1, 0]);
});

test("a session that is closed while it waits for the network ends", async () => {
  backlog = 1;
  responder.requestPiece(ask(1, 0));
  await settle();
  responder.close();
  await settle();
  expect([reads.length, readers]).toEqual([1, 0]);
});

test("a session that is closed while it has nothing to do releases its file at once", async () => {
  responder.requestPiece(ask(1, 2));
  await settle();
  expect(readers).toBe(1);
  responder.close();
  expect(readers).toBe(0);
  expect(clock.pending).toBe(0);
});

test("who reads nothing for ten seconds must go when others wait for a descriptor, and only then", async () => {
  backlog = 1;
  responder.requestPiece(ask(1, 0));
  await settle();
  clock.advance(60_000);
  expect(closed).toEqual([]);
  scarce = true;
  clock.advance(10_000);
  expect(closed).toEqual(["slow"]);
  responder.close();
  await settle();
  expect([readers, clock.pending]).toEqual([0, 0]);
});

test("of many requests at once the last are refused", async () => {
  backlog = 1;
  for (let request = 0; request < 1100; request++) responder.requestPiece(ask(request, 0));
  await settle();
  expect(answers().filter((answer) => answer.endsWith("busy"))).toHaveLength(76);
  expect(logged[0]).toBe("h has too many requests at once; further ones are refused");
});
