import { expect, test } from "bun:test";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { KIB } from "../../../../../src/platform/units.ts";
import type { PieceRequest } from "../../../../../src/transfer/connection/messages.ts";
import {
  type BackgroundDisk,
  BackgroundWrites,
} from "../../../../../src/transfer/connection/writing/background-writes.ts";

const FILE = 3;
const JOURNAL = 5;
const BLOCK = 64 * KIB;

/** A disk that ends a call only when it is told to. */
class HeldDisk implements BackgroundDisk {
  /** The calls that were begun: what, of which descriptor, where, how many bytes. */
  readonly calls: string[] = [];
  private readonly ends: ((error: Error | null) => void)[] = [];

  write(fd: number, bytes: Uint8Array, position: number): Promise<void> {
    return this.begin(`write ${fd} ${position} ${bytes.length}`);
  }

  zeroRange(fd: number, position: number, length: number): Promise<void> {
    return this.begin(`zero ${fd} ${position} ${length}`);
  }

  /** Ends the call that was begun first, and lets what waits for it go on. */
  async end(error: Error | null = null): Promise<void> {
    const end = this.ends.shift();
    if (!end) throw new Error("no call is under way");
    end(error);
    await Bun.sleep(0);
  }

  private begin(call: string): Promise<void> {
    this.calls.push(call);
    return new Promise((resolve, reject) => this.ends.push((error) => (error ? reject(error) : resolve())));
  }
}

function fixture(journal: number | null = JOURNAL) {
  const disk = new HeldDisk();
  const released: Uint8Array[] = [];
  const told: (string | null)[] = [];
  const buffers = { release: (buffer: Uint8Array) => void released.push(buffer) };
  const writes = new BackgroundWrites({ disk, isNeeded: true }, buffers, { file: FILE, direct: null, journal });
  const begin = (bytes: Uint8Array, place: Partial<PieceRequest> = {}) => {
    const extent = { position: 0, length: bytes.length };
    const base = { piece: 0, position: 0, extent, hole: false, markPosition: 100, inMemory: true };
    const request = { ...base, length: bytes.length, hash: new Uint8Array(32).fill(9), ...place };
    writes.begin(request, bytes, (failure) => told.push(failure?.message ?? null));
  };
  return { disk, writes, begin, released, told };
}

test("a piece is marked once it is written, and told of once it is marked; its memory is free before", async () => {
  const { disk, begin, released, told } = fixture();
  const bytes = new Uint8Array(BLOCK).fill(1);
  begin(bytes, { position: 7 });
  expect(disk.calls).toEqual([`write ${FILE} 7 ${BLOCK}`]);
  expect(released).toEqual([]);
  await disk.end();
  expect(released).toEqual([bytes]);
  expect(disk.calls.slice(1)).toEqual([`write ${JOURNAL} 100 4`]);
  expect(told).toEqual([]);
  await disk.end();
  expect(told).toEqual([null]);
});

test("who waits for what is under way does not wait for what begins later", async () => {
  const { disk, writes, begin } = fixture(null);
  const ended: string[] = [];
  writes.whenEnded(() => ended.push("nothing"));
  expect(ended).toEqual(["nothing"]);
  begin(new Uint8Array(BLOCK).fill(1));
  writes.whenEnded(() => ended.push("first"));
  begin(new Uint8Array(BLOCK).fill(2), { position: BLOCK });
  writes.whenEnded(() => ended.push("both"));
  await disk.end();
  expect(ended).toEqual(["nothing", "first"]);
  await disk.end();
  expect(ended).toEqual(["nothing", "first", "both"]);
});

test("after a failure nothing more is written or marked, and each piece says why", async () => {
  const { disk, begin, released, told } = fixture();
  begin(new Uint8Array(BLOCK).fill(1));
  await disk.end(new DiskError("full", "big.part", "the disk is full"));
  begin(new Uint8Array(BLOCK).fill(2));
  await Bun.sleep(0);
  expect(disk.calls).toEqual([`write ${FILE} 0 ${BLOCK}`]);
  expect(told).toEqual(["the disk is full", "the disk is full"]);
  expect(released).toHaveLength(2);
});

test("a piece whose mark could not be written does not count", async () => {
  const { disk, begin, told } = fixture();
  begin(new Uint8Array(BLOCK).fill(1));
  await disk.end();
  await disk.end(new DiskError("full", "big.journal", "the disk is full"));
  expect(told).toEqual(["the disk is full"]);
});

test("zeros become holes where the file stays, and nothing where they are one already", async () => {
  const bytes = new Uint8Array(3 * BLOCK).fill(1);
  bytes.fill(0, BLOCK, 2 * BLOCK);
  const kept = fixture();
  kept.begin(bytes, { position: BLOCK });
  for (let call = 0; call < 4; call++) await kept.disk.end();
  expect(kept.disk.calls).toEqual([
    `write ${FILE} ${BLOCK} ${BLOCK}`,
    `zero ${FILE} ${2 * BLOCK} ${BLOCK}`,
    `write ${FILE} ${3 * BLOCK} ${BLOCK}`,
    `write ${JOURNAL} 100 4`,
  ]);
  const passing = fixture(null);
  passing.begin(bytes);
  expect(passing.disk.calls).toEqual([`write ${FILE} 0 ${3 * BLOCK}`]);
  const hole = fixture(null);
  hole.begin(bytes, { hole: true });
  for (let call = 0; call < 2; call++) await hole.disk.end();
  expect(hole.disk.calls).toEqual([`write ${FILE} 0 ${BLOCK}`, `write ${FILE} ${2 * BLOCK} ${BLOCK}`]);
});
