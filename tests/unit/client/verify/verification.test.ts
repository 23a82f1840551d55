import { expect, test } from "bun:test";
import type { ComparedFile } from "../../../../src/client/verify/comparison.ts";
import { Verification } from "../../../../src/client/verify/verification.ts";
import type { HashedFile } from "../../../../src/hashing/hashing.ts";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const ID = "a".repeat(64);
const times = { mtimeNs: 5n, ctimeNs: 5n, inode: 1n, device: 1n, allocated: 0 };

function file(name: string, size: number | null): ComparedFile {
  return { name, path: `dir/${name}`, listed: size === null ? null : { size, id: ID } };
}

/** Files of these sizes here, each read when `read` is called. */
function verification(here: Readonly<Record<string, number>>, files: readonly ComparedFile[]) {
  const clock = new FakeClock();
  const stat = (path: string): FileStat | null => {
    const size = here[path.slice("dir/".length)];
    return size === undefined ? null : { kind: "file", size, ...times };
  };
  let release: () => void = () => {};
  let told: (done: number) => boolean = () => true;
  const hashAs = async (path: string, _size: number, onBytes: (done: number) => boolean): Promise<HashedFile> => {
    told = onBytes;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    const read = stat(path);
    if (!read) throw new Error("it is gone");
    return { id: ID, hashes: new Uint8Array(0), blake3: null, digests: null, stat: read };
  };
  const pieceHashes = () => Promise.reject(new Error("nobody"));
  const deps = {
    clock,
    disk: { stat: async (path: string) => stat(path) },
    hasher: { hashAs },
    pieceHashes,
  };
  return {
    clock,
    work: new Verification(deps, { files, unlisted: [] }),
    read: () => release(),
    bytes: (done: number) => told(done),
  };
}

test("shows how far it is, of all that is to be read, and how fast", async () => {
  const files = [file("a", 4 * MIB), file("b", null), file("c", 5 * MIB), file("d", 8 * MIB)];
  const { clock, work, read, bytes } = verification({ a: 4 * MIB, b: 1, d: 6 * MIB }, files);
  expect(work.progress()).toEqual([]);
  const running = work.run(() => {});
  await Bun.sleep(0);
  clock.advance(2000);
  expect(bytes(2 * MIB)).toBe(true);
  expect(work.progress()).toEqual([
    {
      ...{ id: "verify", label: "a", done: 2 * MIB, total: 17 * MIB, rate: MIB },
      note: "verifying 1 of 4",
    },
  ]);
  read();
  await Bun.sleep(0);
  // What is not here is not to be read.
  expect(work.progress()).toMatchObject([{ label: "d", done: 4 * MIB, total: 12 * MIB, note: "verifying 4 of 4" }]);
  read();
  expect((await running).map(({ finding }) => finding.kind)).toEqual(["same", "unknown", "missing", "different"]);
  expect(work.progress()).toEqual([]);
  expect(work.counts).toEqual({ same: 1, unknown: 1, missing: 1, different: 1, unreadable: 0 });
  expect([work.readBytes, work.seconds]).toEqual([10 * MIB, 2]);
});

test("of a single file it says only what it does", async () => {
  const { work, read } = verification({ a: 4 }, [file("a", 4)]);
  const running = work.run(() => {});
  await Bun.sleep(0);
  expect(work.progress()).toMatchObject([{ note: "verifying" }]);
  read();
  await running;
});

test("that is cancelled reads no further, and says nothing more", async () => {
  const { work, read, bytes } = verification({ a: 4, b: 4 }, [file("a", 4), file("b", 4)]);
  const told: string[] = [];
  const running = work.run(({ file: { name } }) => void told.push(name));
  await Bun.sleep(0);
  work.cancel();
  expect(bytes(2)).toBe(false);
  read();
  expect([await running, told, work.progress(), work.isCancelled]).toEqual([[], [], [], true]);
});
