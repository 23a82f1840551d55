import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../../src/hashing/hasher-client.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk, systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../../src/platform/log/log.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import type { LocalContent, LocalPlace } from "../../../../../src/secondary/replication/local/local-content.ts";
import type { ReplicatorDeps } from "../../../../../src/secondary/replication/replicator.ts";
import { drive } from "../../../../support/drive.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { type Content, content, contentOf } from "../../../transfer/content.ts";
import { ScriptedSource } from "../../../transfer/scripted-source.ts";
import { MODIFIED, ReplicatorStage } from "../replicator-fixture.ts";
import { SmallSource } from "../small-source.ts";

/** Files that are here under other names. */
class Here implements LocalContent {
  readonly folder = temporaryFolder();
  readonly found = new Map<string, LocalPlace[]>();
  readonly wrongs: (string | null)[] = [];

  /** Puts a file there which is thought to have the content of `version`. */
  put(name: string, { version, bytes }: Content, really = bytes): void {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, really);
    this.found.set(version.id, [...(this.found.get(version.id) ?? []), { name, path: file }]);
  }

  has(id: string): boolean {
    return this.found.has(id);
  }

  async places(id: string): Promise<LocalPlace[]> {
    return this.found.get(id) ?? [];
  }

  async wrong({ name }: LocalPlace): Promise<void> {
    this.wrongs.push(name);
  }
}

function stageWith(here: Here, changes: Partial<ReplicatorDeps> = {}): ReplicatorStage {
  return new ReplicatorStage({ content: here, ...changes });
}

const FILM = content(5 * MIB + 8);

describe("content that is here under another name", () => {
  test("is taken from there, verified, and nobody is asked for it", async () => {
    const here = new Here();
    here.put("old name", FILM);
    const stage = stageWith(here);
    const source = new ScriptedSource(stage.clock, stage.network, 1, FILM);
    stage.order(new Map([["album/new name", FILM]]), [{ number: 1, ...source.address }]);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(stage.taken.get("album/new name")?.equals(FILM.bytes)).toBe(true);
    expect(stage.times.get("album/new name")).toBe(MODIFIED);
    await drive(stage.clock, "it is told", () => stage.log.some((line) => line.includes("as old name")));
    expect(source.greetings).toBe(0);
    expect(stage.unfetched).toEqual([]);
    await stage.replicator.stop();
  });

  test("is taken from there also when the central names nobody who has it", async () => {
    const here = new Here();
    const small = content(500);
    here.put("old name", small);
    const stage = stageWith(here);
    stage.order(new Map([["new name", small]]), []);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(stage.unfetched).toEqual([]);
    await stage.replicator.stop();
  });

  test("and was changed there is fetched, and whoever looks after the changed file hears of it", async () => {
    const here = new Here();
    const changed = Buffer.from(FILM.bytes);
    changed[4 * MIB] = (changed[4 * MIB] ?? 0) ^ 1;
    here.put("changed", FILM, changed);
    here.put("shorter", FILM, changed.subarray(1));
    const stage = stageWith(here);
    const source = new ScriptedSource(stage.clock, stage.network, 1, FILM);
    stage.order(new Map([["new name", FILM]]), [{ number: 1, ...source.address }]);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(stage.taken.get("new name")?.equals(FILM.bytes)).toBe(true);
    expect(source.asked.length).toBeGreaterThanOrEqual(6);
    expect(here.wrongs).toEqual(["changed"]);
    await stage.replicator.stop();
    const left = fs.readdirSync(path.join(stage.folder, ".redes")).filter((name) => name.startsWith("local-"));
    expect(left).toEqual([]);
  });

  test("in another place beside a changed one is taken from the other", async () => {
    const here = new Here();
    here.put("changed", FILM, Buffer.alloc(FILM.bytes.length));
    here.put("right", FILM);
    const stage = stageWith(here);
    stage.order(new Map([["new name", FILM]]), []);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    await drive(stage.clock, "it is told", () => stage.log.some((line) => line.includes("as right")));
    await stage.replicator.stop();
  });

  test("needs room for its data alone, not for its holes", async () => {
    const bytes = Buffer.alloc(20 * MIB);
    content(2 * MIB).bytes.copy(bytes, 10 * MIB);
    const sparse = contentOf(bytes);
    const here = new Here();
    here.put("old name", sparse, Buffer.alloc(0));
    const file = fs.openSync(path.join(here.folder, "old name"), "r+");
    fs.ftruncateSync(file, 20 * MIB);
    fs.writeSync(file, bytes, 10 * MIB, 2 * MIB, 10 * MIB);
    fs.closeSync(file);
    const stage = stageWith(here, { disk: { ...systemDisk, free: async () => 3 * MIB } });
    stage.order(new Map([["new name", sparse]]), []);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(stage.taken.get("new name")?.equals(bytes)).toBe(true);
    await stage.replicator.stop();
  });

  test("that is moved while it is copied is taken from its new place", async () => {
    const here = new Here();
    const film = content(200 * MIB);
    here.put("old name", film);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    let copies = 0;
    const stage = stageWith(here, {
      hasher: Object.assign(Object.create(inner), {
        copy: (...[file, size, to, hear]: Parameters<typeof inner.copy>) => {
          copies += 1;
          return inner.copy(file, size, to, (done) => {
            if (copies === 1 && here.has(film.version.id)) {
              const moved = path.join(here.folder, "moved");
              if (fs.existsSync(file)) fs.renameSync(file, moved);
              here.found.set(film.version.id, [{ name: null, path: moved }]);
            }
            return hear(done);
          });
        },
      }),
    });
    stage.order(new Map([["new name", film]]), []);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(stage.taken.get("new name")?.equals(film.bytes)).toBe(true);
    expect(copies).toBe(2);
    await stage.replicator.stop();
  });

  test("is taken together where it is many small files; those that are wrong are fetched", async () => {
    const here = new Here();
    const files = new Map(Array.from({ length: 40 }, (_, index) => [`new${index}`, content(300 + index)]));
    for (const [name, file] of files) here.put(`old ${name}`, file, name === "new7" ? Buffer.alloc(307) : file.bytes);
    const batches: number[] = [];
    const stage = stageWith(here, {
      adopt: async (deliveries) => {
        batches.push(deliveries.length);
        return deliveries.map(({ name, temp, unnamed }) => {
          stage.taken.set(name, fs.readFileSync(unnamed ?? temp));
          return "adopted";
        });
      },
    });
    const source = new SmallSource(stage.clock, stage.network, 1, [...files.values()], "answers");
    stage.order(files, [source.address]);
    await drive(stage.clock, "all are here", () => stage.taken.size === files.size);
    for (const [name, { bytes }] of files) expect(stage.taken.get(name)?.equals(bytes)).toBe(true);
    expect(batches).toEqual([39, 1]);
    expect(here.wrongs).toEqual(["old new7"]);
    await stage.replicator.stop();
  });

  test("that comes while its order waits is taken from there", async () => {
    const here = new Here();
    const stage = stageWith(here);
    const source = new ScriptedSource(stage.clock, stage.network, 1, FILM);
    stage.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    // The second waits until the first is here, since both are the same version.
    const both = new Map([
      ["first", FILM],
      ["second", FILM],
    ]);
    stage.order(both, [{ number: 1, ...source.address }]);
    await drive(stage.clock, "the first is begun", () => source.asked.length > 0, 5);
    here.put("first", FILM);
    await drive(stage.clock, "both are here", () => stage.taken.size === 2);
    expect(source.asked.length).toBe(6);
    await stage.replicator.stop();
  });

  test("is taken from there for several disks, also when the central names nobody who has it", async () => {
    const here = new Here();
    const files = new Map(["new", "other disk/new"].map((name, index) => [name, content(300 + index)]));
    for (const [name, file] of files) here.put(path.basename(name) + file.bytes.length, file);
    const stage: ReplicatorStage = stageWith(here, {
      targets: async (names) =>
        names.map((name) => {
          const staging = path.join(stage.folder, name.startsWith("other") ? "other" : ".redes");
          fs.mkdirSync(staging, { recursive: true });
          return { staging };
        }),
    });
    stage.order(files, []);
    await drive(stage.clock, "both are here", () => stage.taken.size === 2);
    expect(stage.unfetched).toEqual([]);
    await stage.replicator.stop();
  });

  test("is taken from there when it is ordered again before the copy that was suspended has ended", async () => {
    const here = new Here();
    here.put("old name", FILM);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    let copies = 0;
    const order = () => stage.order(new Map([["new name", FILM]]), []);
    const stage: ReplicatorStage = stageWith(here, {
      hasher: Object.assign(Object.create(inner), {
        copy: (...[file, size, to, hear]: Parameters<typeof inner.copy>) => {
          copies += 1;
          if (copies === 1) {
            stage.replicator.suspend();
            stage.replicator.resume();
            order();
          }
          return inner.copy(file, size, to, hear);
        },
      }),
    });
    order();
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(stage.taken.get("new name")?.equals(FILM.bytes)).toBe(true);
    await stage.replicator.stop();
  });

  test("that the disk does not take is fetched, and leaves nothing in the staging folder", async () => {
    const here = new Here();
    here.put("old name", FILM);
    let syncs = 0;
    const sync = async (fd: number) => {
      syncs += 1;
      if (syncs === 1) throw new DiskError("full", "", "the disk is full");
      return systemDisk.sync(fd);
    };
    const stage = stageWith(here, { disk: { ...systemDisk, sync } });
    const source = new ScriptedSource(stage.clock, stage.network, 1, FILM);
    stage.order(new Map([["new name", FILM]]), [{ number: 1, ...source.address }]);
    await drive(stage.clock, "it is here", () => stage.taken.size === 1);
    expect(source.asked.length).toBeGreaterThanOrEqual(6);
    await stage.replicator.stop();
    const left = fs.readdirSync(path.join(stage.folder, ".redes")).filter((name) => name.startsWith("local-"));
    expect(left).toEqual([]);
  });

  test("is not taken for a name that is not wanted any more", async () => {
    const here = new Here();
    const film = content(200 * MIB);
    here.put("old name", film);
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    const told: number[] = [];
    const stage = stageWith(here, {
      hasher: {
        ...inner,
        hash: (file, size) => inner.hash(file, size),
        hashPiece: (file, size, piece) => inner.hashPiece(file, size, piece),
        onProgress: (listener) => inner.onProgress(listener),
        stop: () => inner.stop(),
        copy: (file, size, to, hear) =>
          inner.copy(file, size, to, (done) => {
            told.push(done);
            if (told.length === 1) stage.replicator.withdraw(["new name"]);
            return hear(done);
          }),
      },
    });
    stage.order(new Map([["new name", film]]), []);
    await drive(stage.clock, "it is begun", () => told.length > 0);
    await stage.replicator.stop();
    expect(told).toHaveLength(1);
    expect(stage.taken.size).toBe(0);
    expect(stage.unfetched).toEqual([]);
    expect(fs.readdirSync(path.join(stage.folder, ".redes"))).toEqual([]);
  });
});
