import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../../src/platform/log/log.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import type { StagedFile } from "../../../../../src/secondary/changes/staged-file.ts";
import type { CopyOrder } from "../../../../../src/secondary/replication/copy-order.ts";
import type { LocalSource } from "../../../../../src/secondary/replication/local/local-content.ts";
import { LocalCopy, type LocalCopyDeps } from "../../../../../src/secondary/replication/local/local-copy.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { type Content, content } from "../../../transfer/content.ts";

const FILM = content(2 * MIB);

function order(name: string, { version }: Content): CopyOrder {
  const history = { vector: "", edits: "", modified: 1_000_000, blake3: null, sha256: null };
  return { name, ...version, ...history, sources: [], triedLocally: false, staging: null };
}

/** A disk with files on it, and a staging folder that has room. */
class Fixture {
  readonly folder = temporaryFolder();
  readonly sources: LocalSource[] = [];
  readonly mismatches: (string | null)[] = [];
  /** Bytes that each order needs room for when its copy begins, and at any time. */
  readonly needed: number[] = [];
  remainingBytes: (order: CopyOrder) => number = () => Number.NaN;
  /** Folders that were made. */
  readonly made: string[] = [];
  /** The contents of what was installed, by name. */
  readonly installed = new Map<string, Buffer>();
  /** Folders whose file system was synced, and how many files were synced one by one. */
  readonly synced: string[] = [];
  syncs = 0;
  releases = 0;
  /** Of each request to install files, whether the log gets a line about each. */
  readonly logged: boolean[] = [];

  /** Puts a file there that is thought to have the content which is copied. */
  put(name: string, bytes: Uint8Array): string {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, bytes);
    this.sources.push({ name, path: file, reach: "any" });
    return file;
  }

  copy(orders: readonly CopyOrder[], changes: Partial<LocalCopyDeps> = {}): LocalCopy {
    const reservation = {
      release: () => {
        this.releases += 1;
      },
    };
    return new LocalCopy(
      {
        disk: {
          ...systemDisk,
          makeSubfolder: (folder) => {
            this.made.push(path.basename(folder));
            return systemDisk.makeSubfolder(folder);
          },
          sync: (fd) => {
            this.syncs += 1;
            return systemDisk.sync(fd);
          },
        },
        batches: {
          syncfs: async (folder) => {
            this.synced.push(folder);
            return true;
          },
        },
        folder: { reach: () => "real" },
        hasher: inlineHashing(systemBlockingDisk, silentLog),
        content: {
          has: () => true,
          sources: async () => this.sources,
          reportMismatch: async ({ name }) => void this.mismatches.push(name),
        },
        admission: {
          admitLocal: async (wanted, remaining) => {
            this.needed.push(...wanted.map(remaining));
            this.remainingBytes = remaining;
            return { orders: wanted, staging: this.folder, reservation };
          },
        },
        installer: { install: async (files, logCopied) => this.install(files, logCopied) },
        ...changes,
      },
      orders,
      "copy",
    );
  }

  get leftovers(): boolean {
    return fs.existsSync(path.join(this.folder, "copy"));
  }

  private install(files: readonly StagedFile[], logCopied: boolean): readonly StagedFile[] {
    this.logged.push(logCopied);
    for (const { name, temp } of files) {
      this.installed.set(name, fs.readFileSync(temp));
      fs.rmSync(temp);
    }
    return files;
  }
}

const names = (orders: readonly { readonly name: string }[]) => orders.map(({ name }) => name);

test("a file is copied from the first place that has its content, made durable, and installed", async () => {
  const fixture = new Fixture();
  fixture.put("changed", content(FILM.version.size, 2).bytes);
  fixture.put("right", FILM.bytes);
  const film = order("film", FILM);
  const copy = fixture.copy([film]);
  const { copied, remaining } = await copy.run();
  expect(copied.map(({ order: { name }, from }) => [name, from.name])).toEqual([["film", "right"]]);
  expect([remaining, fixture.mismatches, copy.doneBytesOf("film")]).toEqual([[], ["changed"], FILM.version.size]);
  expect(fixture.installed.get("film")?.equals(FILM.bytes)).toBe(true);
  expect([fixture.syncs, fixture.synced, fixture.releases, fixture.leftovers]).toEqual([1, [], 1, false]);
  expect([fixture.needed, fixture.remainingBytes(film)]).toEqual([[FILM.version.size], 0]);
  expect([fixture.made, fixture.logged]).toEqual([["copy"], [false]]);
});

test("several are synced together, or one by one where the file system cannot", async () => {
  const fixture = new Fixture();
  fixture.put("right", FILM.bytes);
  const orders = [order("a", FILM), order("b", FILM)];
  await fixture.copy(orders).run();
  expect([fixture.synced.length, fixture.syncs]).toEqual([1, 0]);
  await fixture.copy(orders, { batches: { syncfs: async () => false } }).run();
  expect([fixture.syncs, [...fixture.installed.keys()]]).toEqual([2, ["a", "b"]]);
});

test("a single file needs room for what its source takes on the disk, others for their sizes", async () => {
  const fixture = new Fixture();
  const sparse = fixture.put("sparse", new Uint8Array());
  fs.truncateSync(sparse, FILM.version.size);
  const { allocated } = (await systemDisk.stat(sparse)) ?? {};
  await fixture.copy([order("film", FILM)]).run();
  expect(fixture.needed.splice(0)).toEqual([allocated ?? -1]);
  await fixture.copy([order("a", FILM), order("b", FILM)]).run();
  expect(fixture.needed.splice(0)).toEqual([FILM.version.size, FILM.version.size]);
  fs.truncateSync(sparse, 8);
  await fixture.copy([order("film", FILM)]).run();
  fs.rmSync(sparse);
  await fixture.copy([order("film", FILM)]).run();
  expect(fixture.needed).toEqual([FILM.version.size, FILM.version.size]);
});

test("of files whose content is changed everywhere so many are read, and the order remains", async () => {
  const fixture = new Fixture();
  for (let place = 0; place < 9; place++) fixture.put(`changed${place}`, Buffer.alloc(FILM.version.size));
  const { copied, remaining } = await fixture.copy([order("film", FILM)]).run();
  expect([copied, names(remaining), fixture.mismatches.length, fixture.leftovers]).toEqual([[], ["film"], 6, false]);
  expect(fixture.logged).toEqual([]);
});

test("what cannot be made durable is not installed, and remains", async () => {
  const fixture = new Fixture();
  fixture.put("right", FILM.bytes);
  const disk = { ...systemDisk, sync: () => Promise.reject(new Error("input/output error")) };
  const { remaining } = await fixture.copy([order("film", FILM)], { disk }).run();
  expect([names(remaining), fixture.installed.size, fixture.leftovers]).toEqual([["film"], 0, false]);
});

test("what is refused its name does not remain", async () => {
  const fixture = new Fixture();
  fixture.put("right", FILM.bytes);
  const { copied, remaining } = await fixture
    .copy([order("film", FILM)], { installer: { install: async () => [] } })
    .run();
  expect([copied, remaining, fixture.leftovers]).toEqual([[], [], false]);
});

test.each(["withdrawn", "cancelled"])(
  "what is %s while it is copied is neither installed nor does it remain",
  async (how) => {
    const fixture = new Fixture();
    fixture.put("right", FILM.bytes);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    const film = order("film", FILM);
    const copy: LocalCopy = fixture.copy([film], {
      hasher: {
        copy: async (...asked) => {
          expect([copy.isCopying("film", film.id), copy.isCopying("film", "another")]).toEqual([true, false]);
          const hashed = await inner.copy(...asked);
          if (how === "withdrawn") copy.withdraw("film");
          else copy.cancel();
          expect(copy.isCopying("film", film.id)).toBe(false);
          return hashed;
        },
      },
    });
    expect(await copy.run()).toEqual({ copied: [], remaining: [] });
    expect([fixture.installed.size, fixture.leftovers]).toEqual([0, false]);
  },
);

test("without room only blocks are shared, and without an order that can be placed nothing is made", async () => {
  const fixture = new Fixture();
  fixture.put("right", FILM.bytes);
  const asked: boolean[] = [];
  const hasher: LocalCopyDeps["hasher"] = {
    copy: (_path, _size, { cloneOnly }) => {
      asked.push(cloneOnly);
      return Promise.reject(new Error("no blocks can be shared here"));
    },
  };
  const admitted = (orders: readonly CopyOrder[]) => ({
    admitLocal: async () => ({ orders, staging: fixture.folder, reservation: null }),
  });
  const film = order("film", FILM);
  expect(names((await fixture.copy([film], { hasher, admission: admitted([film]) }).run()).remaining)).toEqual([
    "film",
  ]);
  expect(await fixture.copy([film], { hasher, admission: admitted([]) }).run()).toEqual({ copied: [], remaining: [] });
  expect([asked, fixture.leftovers]).toEqual([[true], false]);
  expect(fixture.made).toEqual(["copy"]);
});
