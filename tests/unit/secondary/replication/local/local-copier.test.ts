import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../../src/hashing/hasher-client.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../../src/platform/log/log.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import type { LocalContent, LocalSource } from "../../../../../src/secondary/replication/local/local-content.ts";
import { drive } from "../../../../support/drive.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { type Content, content, contentOf } from "../../../transfer/content.ts";
import { ScriptedSource } from "../../../transfer/scripted-source.ts";
import { MODIFIED, type ReplicatorChanges, ReplicatorFixture } from "../replicator-fixture.ts";
import { SmallFilesSource } from "../small/small-files-source.ts";

/** Files that are here under other names. */
class LocalFiles implements LocalContent {
  readonly folder = temporaryFolder();
  readonly found = new Map<string, LocalSource[]>();
  readonly mismatches: (string | null)[] = [];

  /** Puts a file there which is thought to have the content of `version`. */
  put(name: string, { version, bytes }: Content, really = bytes): void {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, really);
    this.found.set(version.id, [...(this.found.get(version.id) ?? []), { name, path: file, reach: "any" }]);
  }

  has(id: string): boolean {
    return this.found.has(id);
  }

  async sources(id: string): Promise<LocalSource[]> {
    return this.found.get(id) ?? [];
  }

  async older(): Promise<null> {
    return null;
  }

  async reportMismatch({ name }: LocalSource): Promise<void> {
    this.mismatches.push(name);
  }
}

function fixtureWith(local: LocalFiles, changes: ReplicatorChanges = {}): ReplicatorFixture {
  return new ReplicatorFixture({ content: local, ...changes });
}

const FILM = content(5 * MIB + 8);

describe("content that is here under another name", () => {
  test("is taken from there, verified, and nobody is asked for it", async () => {
    const local = new LocalFiles();
    local.put("old name", FILM);
    const fixture = fixtureWith(local);
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, FILM);
    fixture.order(new Map([["album/new name", FILM]]), [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(fixture.installed.get("album/new name")?.equals(FILM.bytes)).toBe(true);
    expect(fixture.modificationTimes.get("album/new name")).toBe(MODIFIED);
    await drive(fixture.clock, "it is progress", () => fixture.log.some((line) => line.includes("as old name")));
    expect(source.greetings).toBe(0);
    expect(fixture.unfetched).toEqual([]);
    await fixture.replicator.stop();
  });

  test("is taken from there also when the central names nobody who has it", async () => {
    const local = new LocalFiles();
    const small = content(500);
    local.put("old name", small);
    const fixture = fixtureWith(local);
    fixture.order(new Map([["new name", small]]), []);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(fixture.unfetched).toEqual([]);
    await fixture.replicator.stop();
  });

  test("and was changed there is fetched, and whoever looks after the changed file learns of it", async () => {
    const local = new LocalFiles();
    const changed = Buffer.from(FILM.bytes);
    changed[4 * MIB] = (changed[4 * MIB] ?? 0) ^ 1;
    local.put("changed", FILM, changed);
    local.put("shorter", FILM, changed.subarray(1));
    const fixture = fixtureWith(local);
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, FILM);
    fixture.order(new Map([["new name", FILM]]), [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(fixture.installed.get("new name")?.equals(FILM.bytes)).toBe(true);
    expect(source.asked.length).toBeGreaterThanOrEqual(6);
    expect(local.mismatches).toEqual(["changed"]);
    await fixture.replicator.stop();
    const left = fs.readdirSync(path.join(fixture.root, ".redes")).filter((name) => name.startsWith("local-"));
    expect(left).toEqual([]);
  });

  test("in another place beside a changed one is taken from the other", async () => {
    const local = new LocalFiles();
    local.put("changed", FILM, Buffer.alloc(FILM.bytes.length));
    local.put("right", FILM);
    const fixture = fixtureWith(local);
    fixture.order(new Map([["new name", FILM]]), []);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    await drive(fixture.clock, "it is progress", () => fixture.log.some((line) => line.includes("as right")));
    await fixture.replicator.stop();
  });

  test("needs room for its data alone, not for its holes", async () => {
    const bytes = Buffer.alloc(20 * MIB);
    content(2 * MIB).bytes.copy(bytes, 10 * MIB);
    const sparse = contentOf(bytes);
    const local = new LocalFiles();
    local.put("old name", sparse, Buffer.alloc(0));
    const file = fs.openSync(path.join(local.folder, "old name"), "r+");
    fs.ftruncateSync(file, 20 * MIB);
    fs.writeSync(file, bytes, 10 * MIB, 2 * MIB, 10 * MIB);
    fs.closeSync(file);
    const fixture = fixtureWith(local, { disk: { ...systemDisk, freeBytes: async () => 3 * MIB } });
    fixture.order(new Map([["new name", sparse]]), []);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(fixture.installed.get("new name")?.equals(bytes)).toBe(true);
    await fixture.replicator.stop();
  });

  test("that is moved while it is copied is taken from its new place", async () => {
    const local = new LocalFiles();
    const film = content(200 * MIB);
    local.put("old name", film);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    let copies = 0;
    const fixture = fixtureWith(local, {
      hasher: Object.assign(Object.create(inner), {
        copy: (...[file, size, to, report]: Parameters<typeof inner.copy>) => {
          copies += 1;
          return inner.copy(file, size, to, (done) => {
            if (copies === 1 && local.has(film.version.id)) {
              const moved = path.join(local.folder, "moved");
              if (fs.existsSync(file)) fs.renameSync(file, moved);
              local.found.set(film.version.id, [{ name: null, path: moved, reach: "any" }]);
            }
            return report(done);
          });
        },
      }),
    });
    fixture.order(new Map([["new name", film]]), []);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(fixture.installed.get("new name")?.equals(film.bytes)).toBe(true);
    expect(copies).toBe(2);
    await fixture.replicator.stop();
  });

  test("is taken together where it is many small files; those that are wrong are fetched", async () => {
    const local = new LocalFiles();
    const files = new Map(Array.from({ length: 40 }, (_, index) => [`new${index}`, content(300 + index)]));
    for (const [name, file] of files) local.put(`old ${name}`, file, name === "new7" ? Buffer.alloc(307) : file.bytes);
    const batches: number[] = [];
    const fixture = fixtureWith(local, {
      install: async (deliveries) => {
        batches.push(deliveries.length);
        return deliveries.map(({ name, temp, unnamed }) => {
          fixture.installed.set(name, fs.readFileSync(unnamed ?? temp));
          return "installed";
        });
      },
    });
    const source = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], "answers");
    fixture.order(files, [source.address]);
    await drive(fixture.clock, "all are here", () => fixture.installed.size === files.size);
    for (const [name, { bytes }] of files) expect(fixture.installed.get(name)?.equals(bytes)).toBe(true);
    expect(batches).toEqual([39, 1]);
    expect(local.mismatches).toEqual(["old new7"]);
    await fixture.replicator.stop();
  });

  test("that comes while its order waits is taken from there", async () => {
    const local = new LocalFiles();
    const fixture = fixtureWith(local);
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, FILM);
    fixture.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    // The second waits until the first is here, since both are the same version.
    const both = new Map([
      ["first", FILM],
      ["second", FILM],
    ]);
    fixture.order(both, [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "the first is begun", () => source.asked.length > 0, 5);
    local.put("first", FILM);
    await drive(fixture.clock, "both are here", () => fixture.installed.size === 2);
    expect(source.asked.length).toBe(6);
    await fixture.replicator.stop();
  });

  test("is taken from there for several disks, also when the central names nobody who has it", async () => {
    const local = new LocalFiles();
    const files = new Map(["new", "other disk/new"].map((name, index) => [name, content(300 + index)]));
    for (const [name, file] of files) local.put(path.basename(name) + file.bytes.length, file);
    const fixture: ReplicatorFixture = fixtureWith(local, {
      findPlacements: async (names) =>
        names.map((name) => {
          const staging = path.join(fixture.root, name.startsWith("other") ? "other" : ".redes");
          fs.mkdirSync(staging, { recursive: true });
          return { staging };
        }),
    });
    fixture.order(files, []);
    await drive(fixture.clock, "both are here", () => fixture.installed.size === 2);
    expect(fixture.unfetched).toEqual([]);
    await fixture.replicator.stop();
  });

  test("is taken from there when it is ordered again before the copy that was suspended has ended", async () => {
    const local = new LocalFiles();
    local.put("old name", FILM);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    let copies = 0;
    const order = () => fixture.order(new Map([["new name", FILM]]), []);
    const fixture: ReplicatorFixture = fixtureWith(local, {
      hasher: Object.assign(Object.create(inner), {
        copy: (...[file, size, to, report]: Parameters<typeof inner.copy>) => {
          copies += 1;
          if (copies === 1) {
            fixture.replicator.suspend();
            fixture.replicator.resume();
            order();
          }
          return inner.copy(file, size, to, report);
        },
      }),
    });
    order();
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(fixture.installed.get("new name")?.equals(FILM.bytes)).toBe(true);
    await fixture.replicator.stop();
  });

  test("that the disk does not take is fetched, and leaves nothing in the staging folder", async () => {
    const local = new LocalFiles();
    local.put("old name", FILM);
    let syncs = 0;
    const sync = async (fd: number) => {
      syncs += 1;
      if (syncs === 1) throw new DiskError("full", "", "the disk is full");
      return systemDisk.sync(fd);
    };
    const fixture = fixtureWith(local, { disk: { ...systemDisk, sync } });
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, FILM);
    fixture.order(new Map([["new name", FILM]]), [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "it is here", () => fixture.installed.size === 1);
    expect(source.asked.length).toBeGreaterThanOrEqual(6);
    await fixture.replicator.stop();
    const left = fs.readdirSync(path.join(fixture.root, ".redes")).filter((name) => name.startsWith("local-"));
    expect(left).toEqual([]);
  });

  test("is not taken for a name that is not wanted any more", async () => {
    const local = new LocalFiles();
    const film = content(200 * MIB);
    local.put("old name", film);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    const progress: number[] = [];
    const fixture = fixtureWith(local, {
      hasher: {
        ...inner,
        hash: (file, size) => inner.hash(file, size),
        hashPiece: (file, size, piece) => inner.hashPiece(file, size, piece),
        onProgress: (listener) => inner.onProgress(listener),
        stop: () => inner.stop(),
        copy: (file, size, to, report) =>
          inner.copy(file, size, to, (done) => {
            progress.push(done);
            if (progress.length === 1) fixture.replicator.withdraw(["new name"]);
            return report(done);
          }),
      },
    });
    fixture.order(new Map([["new name", film]]), []);
    await drive(fixture.clock, "it is begun", () => progress.length > 0);
    await fixture.replicator.stop();
    expect(progress).toHaveLength(1);
    expect(fixture.installed.size).toBe(0);
    expect(fixture.unfetched).toEqual([]);
    expect(fs.readdirSync(path.join(fixture.root, ".redes"))).toEqual([]);
  });
});

test("large files are copied one after the other, and one that is ordered again meanwhile is copied once", async () => {
  const local = new LocalFiles();
  const films = new Map([
    ["new 1", content(3 * MIB, 5)],
    ["new 2", content(3 * MIB, 6)],
  ]);
  for (const [name, film] of films) local.put(`old ${name}`, film);
  const inner = inlineHashing(systemBlockingDisk, silentLog);
  let running = 0;
  let most = 0;
  let copies = 0;
  const fixture: ReplicatorFixture = fixtureWith(local, {
    hasher: {
      ...inner,
      hash: (file, size) => inner.hash(file, size),
      hashPiece: (file, size, piece) => inner.hashPiece(file, size, piece),
      onProgress: (listener) => inner.onProgress(listener),
      stop: () => inner.stop(),
      copy: async (file, size, to, report) => {
        running += 1;
        copies += 1;
        most = Math.max(most, running);
        if (copies === 1) {
          fixture.order(new Map([...films].slice(0, 1)), []);
          expect(fixture.replicator.queued).toBe(1);
        }
        await Bun.sleep(1);
        const hashes = await inner.copy(file, size, to, report);
        running -= 1;
        return hashes;
      },
    },
  });
  fixture.order(films, []);
  await drive(fixture.clock, "both are here", () => fixture.installed.size === 2);
  await fixture.replicator.stop();
  expect([most, copies]).toEqual([1, 2]);
});
