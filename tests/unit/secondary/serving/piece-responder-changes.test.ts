import { beforeEach, expect, test } from "bun:test";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { PieceResponder } from "../../../../src/secondary/serving/piece-responder.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

/** Somebody writes to a file while pieces of it go out. */

const ID = "a".repeat(64);
const KIB = 1024;
/** From this size on a piece has 2 MiB. */
const SIZE = 16 * 1024 * 1024 * KIB + 1;
const VERIFIED: FileStat = {
  ...{ kind: "file", size: SIZE, mtimeNs: 1n, ctimeNs: 1n },
  ...{ inode: 1n, device: 1n, allocated: 0 },
};

/** How the file is now, and what to do while it is read. */
let stat: FileStat;
let whileReading: () => void;
let cached: boolean;
let backlog: number;
let sent: Message[];
/** Readers of the file now, and how often it was released because it could not be read. */
let readers: number;
let unreadables: number;
let logged: string[];
let responder: PieceResponder;

beforeEach(() => {
  [stat, cached, backlog, sent] = [VERIFIED, false, 0, []];
  [readers, unreadables, logged, whileReading] = [0, 0, [], () => {}];
  const log = (_event: string, text: string) => void logged.push(text);
  responder = new PieceResponder({
    clock: new FakeClock(),
    disk: {
      isCached: () => cached,
      read: async (_fd, bytes) => {
        whileReading();
        return bytes.length;
      },
      fstat: async () => stat,
      fstatNow: () => stat,
    },
    allowance: () => UNLIMITED,
    log: { error: log, warn: log },
    channel: {
      remoteHost: "h",
      send: (message) => void sent.push(message),
      close() {},
      get backlog() {
        return backlog;
      },
    },
    pieces: {
      acquire: async () => {
        readers += 1;
        const release = (unreadable = false) => {
          readers -= 1;
          if (unreadable) unreadables += 1;
        };
        const isIntact = ({ mtimeNs }: Pick<FileStat, "mtimeNs">) => mtimeNs === VERIFIED.mtimeNs;
        return { fd: 7, size: SIZE, bitmap: () => null, has: () => true, isIntact, release };
      },
      hashes: async () => null,
      expects: () => false,
      descriptorsScarce: () => false,
    },
    smallFiles: { find: () => null, read: async () => ({ sizes: [], bytes: new Uint8Array() }) },
    serving() {},
    sent() {},
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

async function ask(request: number): Promise<void> {
  responder.requestPiece({ type: "piece", request, id: ID, piece: 0 });
  await settle();
}

function change(): void {
  stat = { ...VERIFIED, mtimeNs: 2n };
}

/** What was sent, as `block 512` with its KiB, or as the code of a refusal. */
function answers(): string[] {
  return sent.map((message) => {
    if (message.type === "block") return `block ${message.payload / KIB}`;
    return message.type === "refusal" ? message.code : message.type;
  });
}

for (const from of ["the page cache", "the disk"]) {
  test(`a file that is written to while it is sent from ${from} ends as not held, and is looked at`, async () => {
    [cached, backlog] = [from === "the page cache", 1];
    await ask(1);
    expect(answers()).toEqual([cached ? "block 1024" : "block 512"]);
    change();
    responder.drained();
    await settle();
    expect(answers().slice(1)).toEqual(["not-held"]);
    expect([readers, unreadables]).toEqual([0, 1]);
    expect(logged).toEqual([]);
  });
}

test("what was written to a file while its bytes are read from the disk is not sent", async () => {
  whileReading = change;
  await ask(1);
  expect(answers()).toEqual(["not-held"]);
});

test("a session that has a file open already sees that it was changed before the next piece", async () => {
  cached = true;
  await ask(1);
  change();
  await ask(2);
  expect(answers()).toEqual(["block 1024", "block 1024", "not-held"]);
});
