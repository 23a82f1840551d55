import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { zeroPieces } from "../../../../src/hashing/zero-pieces.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { SinkError } from "../../../../src/transfer/sinks/sink.ts";
import { content, contentOf } from "../content.ts";
import { ALL, Desk, FILE, failure, MODIFIED, OTHER } from "../desk.ts";

describe("a part file", () => {
  test("grows beside its journal and gets its name at the end", async () => {
    const desk = new Desk();
    const sink = await desk.prepare();
    expect(sink.hashes).toBeNull();
    expect(await desk.begin(sink)).toEqual([]);
    desk.write(sink, [2, 0, 3, 1]);
    expect(desk.names()).toEqual([desk.journal, desk.part].map((file) => path.basename(file)));
    // Neither a file of a catalogue, whose names have no dot in front, nor a user's.
    for (const name of desk.names()) expect(name).toStartWith(".redes-");
    await sink.finish();
    expect(desk.names()).toEqual(["film.mkv"]);
    expect(fs.readFileSync(desk.path).equals(FILE.bytes)).toBe(true);
    expect(fs.statSync(desk.path, { bigint: true }).mtimeNs).toBe(BigInt(MODIFIED) * 1000n);
  });

  test("gets its name also where its time cannot be set", async () => {
    const desk = new Desk();
    desk.disk = { setModified: () => false };
    const sink = await desk.prepare();
    await desk.begin(sink);
    desk.write(sink, ALL);
    await sink.finish();
    expect(fs.readFileSync(desk.path).equals(FILE.bytes)).toBe(true);
  });

  test("can be written past the page cache when it is large, and nobody reads it at once", async () => {
    const desk = new Desk();
    const opened: number[] = [];
    desk.disk = {
      async openDirect(fd) {
        opened.push(fd);
        return fs.openSync(desk.part, "r+");
      },
    };
    const large = { ...FILE, version: { ...FILE.version, size: 200 * MIB } };
    for (const options of [{ direct: true }, { file: large }]) {
      const sink = await desk.prepare(options);
      expect(sink.direct).toBeNull();
      await sink.abandon();
    }
    const sink = await desk.prepare({ direct: true, file: large });
    expect(opened).toEqual([sink.file]);
    const { direct } = sink;
    expect(direct).not.toBeNull();
    await sink.abandon();
    expect(() => fs.fstatSync(direct ?? sink.file)).toThrow("EBADF");
  });

  test("that cannot be synced is left, and is read before it is trusted again", async () => {
    const desk = new Desk();
    desk.disk = { sync: () => Promise.reject(new DiskError("other", desk.part, "cannot sync part: EIO")) };
    const sink = await desk.growing(ALL);
    expect(String(await failure(sink.finish()))).toContain("EIO");
    expect(sink.resumablePath).toBe(desk.part);
    desk.disk = {};
    expect(desk.hashed).toEqual([]);
    expect(await desk.again()).toEqual(ALL);
    expect(desk.hashed).toEqual(ALL);
  });

  test("of an empty file is a file", async () => {
    const desk = new Desk();
    const empty = content(0);
    const sink = await desk.prepare({ file: empty });
    expect(await desk.begin(sink, empty)).toEqual([]);
    await sink.finish();
    expect(fs.readFileSync(desk.path).length).toBe(0);
  });
});

describe("what an earlier try left", () => {
  test("on the same boot is trusted without reading it", async () => {
    const desk = new Desk();
    await desk.begun([0, 3]);
    const sink = await desk.prepare();
    expect(sink.hashes).toEqual(new Uint8Array(FILE.hashes));
    expect(await desk.begin(sink)).toEqual([0, 3]);
    expect(desk.hashed).toEqual([]);
    desk.write(sink, [1, 2]);
    await sink.abandon();
    expect(await desk.again()).toEqual(ALL);
  });

  test("before a power loss is read, and only what is right counts", async () => {
    const desk = new Desk();
    await desk.begun([0, 1, 3]);
    desk.tamper(Buffer.alloc(MIB), MIB);
    desk.boot = "boot-2";
    expect(await desk.again()).toEqual([0, 3]);
    expect(desk.hashed).toEqual([0, 1, 3]);
    // From here on it is this boot's.
    expect(await desk.again()).toEqual([0, 3]);
    expect(desk.hashed).toEqual([0, 1, 3]);
  });

  test("before its disk was pulled out is read", async () => {
    const desk = new Desk();
    desk.disk = { diskSequence: async () => "5" };
    await desk.begun([0, 1]);
    expect(await desk.again()).toEqual([0, 1]);
    expect(desk.hashed).toEqual([]);
    desk.disk = { diskSequence: async () => "6" };
    expect(await desk.again()).toEqual([0, 1]);
    expect(desk.hashed).toEqual([0, 1]);
  });

  test("on a machine that has no boot id is read each time", async () => {
    const desk = new Desk();
    desk.boot = null;
    await desk.begun([0, 1]);
    expect(await desk.again()).toEqual([0, 1]);
    expect(await desk.again()).toEqual([0, 1]);
    expect(desk.hashed).toEqual([0, 1, 0, 1]);
  });

  test("beside a journal that is damaged, empty, zeroed, foreign or gone is read, and what is right is kept", async () => {
    const damages: ((journal: string) => void)[] = [
      (journal) => fs.truncateSync(journal, 0),
      (journal) => fs.truncateSync(journal, 20),
      (journal) => fs.truncateSync(journal, 80),
      (journal) => fs.writeFileSync(journal, Buffer.alloc(fs.statSync(journal).size)),
      (journal) => fs.writeFileSync(journal, "somebody's notes"),
      (journal) => fs.rmSync(journal),
    ];
    for (const damage of damages) {
      const desk = new Desk();
      await desk.begun([0, 1]);
      damage(desk.journal);
      expect(await desk.again()).toEqual([0, 1]);
      expect(desk.hashed).toEqual(ALL);
      expect(desk.warnings).toHaveLength(1);
      // What was found is trusted from then on.
      expect(await desk.again()).toEqual([0, 1]);
      expect(desk.hashed).toEqual(ALL);
    }
  });

  test("of another version is used where it is the same", async () => {
    const desk = new Desk();
    const changed = contentOf(Buffer.concat([FILE.bytes.subarray(0, 2 * MIB), OTHER.bytes.subarray(2 * MIB)]));
    await desk.begun([0, 1, 2, 3]);
    expect(await failure(desk.prepare({ file: changed }).then((sink) => sink.abandon()))).toBeNull();
    expect(await desk.again({ file: changed })).toEqual([0, 1]);
    expect(await desk.again({ file: changed })).toEqual([0, 1]);
    expect(desk.hashed).toEqual(ALL);
  });

  test("under another name keeps its marks where they are looked for", async () => {
    const desk = new Desk();
    await desk.begun([0, 1]);
    const sink = await desk.prepare({ name: "a much longer name of the same film.mkv" });
    expect(await desk.begin(sink)).toEqual([0, 1]);
    desk.write(sink, [2]);
    await sink.abandon();
    expect(await desk.again()).toEqual([0, 1, 2]);
    expect(await desk.again()).toEqual([0, 1, 2]);
    expect(desk.hashed).toEqual([]);
  });

  test("beside a part that is gone marks nothing, also when the next try ends early", async () => {
    const desk = new Desk();
    await desk.begun([0, 1, 2, 3]);
    fs.rmSync(desk.part);
    let cuts = 0;
    desk.disk.truncate = async (fd, length) => {
      cuts += 1;
      await systemDisk.truncate(fd, length);
      if (cuts === 2) throw new DiskError("other", desk.part, "the power is gone");
    };
    const sink = await desk.prepare();
    expect(await failure(sink.begin(FILE.hashes))).toBeInstanceOf(DiskError);
    await sink.abandon();
    desk.disk = {};
    expect(await desk.again()).toEqual([]);
  });

  test("is read when somebody has cut or replaced the part", async () => {
    const desk = new Desk();
    await desk.begun([0, 1, 2, 3]);
    fs.truncateSync(desk.part, 2 * MIB);
    expect(await desk.again()).toEqual([0, 1]);
    fs.rmSync(desk.part);
    expect(await desk.again()).toEqual([]);
  });
});

describe("pieces of zeros", () => {
  const bytes = Buffer.from(FILE.bytes);
  bytes.fill(0, MIB, 2 * MIB).fill(0, 3 * MIB);
  const sparse = contentOf(bytes);
  const zeros = async () => zeroPieces(sparse.version, sparse.hashes);
  const taken = (file: string) => fs.statSync(file).blocks * 512;

  test("are holes of a new part, and are marked as being there", async () => {
    const desk = new Desk();
    const sink = await desk.prepare({ file: sparse });
    expect(sink.fresh).toBe(true);
    expect(await desk.begin(sink, sparse, await zeros())).toEqual([1, 3]);
    desk.write(sink, [0, 2], sparse);
    await sink.abandon();
    expect(await desk.again({ file: sparse })).toEqual([0, 1, 2, 3]);
    expect(fs.readFileSync(desk.part).equals(bytes)).toBe(true);
    expect(taken(desk.part)).toBeLessThan(2.1 * MIB);
  });

  test("replace what an earlier try has left in their places", async () => {
    const desk = new Desk();
    // All of another version but its first piece.
    await desk.begun([1, 2, 3]);
    const sink = await desk.prepare({ file: sparse });
    expect(sink.fresh).toBe(false);
    expect(await desk.begin(sink, sparse, await zeros())).toEqual([1, 2, 3]);
    desk.write(sink, [0], sparse);
    await sink.finish();
    expect(fs.readFileSync(desk.path).equals(bytes)).toBe(true);
    expect(taken(desk.path)).toBeLessThan(2.1 * MIB);
  });

  test("need no room on the disk", async () => {
    const desk = new Desk();
    desk.disk.freeBytes = async () => 2 * MIB;
    const sink = await desk.prepare({ file: sparse });
    expect(await desk.begin(sink, sparse, await zeros())).toEqual([1, 3]);
    await sink.abandon();
    const other = new Desk();
    other.disk.freeBytes = async () => 2 * MIB - 1;
    const refused = await other.prepare({ file: sparse });
    expect(await failure(refused.begin(sparse.hashes, await zeros()))).toMatchObject({ failure: "full" });
    await refused.abandon();
  });
});

describe("what is in the way", () => {
  test("where a work file would be, and is no regular file, is neither followed nor replaced nor waited for", async () => {
    const kinds: [string, (at: string) => void][] = [
      ["a symbolic link", (at) => fs.symlinkSync("other", at)],
      ["a folder", (at) => fs.mkdirSync(at)],
      ["no regular file", (at) => Bun.spawnSync(["mkfifo", at])],
    ];
    for (const [what, put] of kinds) {
      for (const which of ["part", "journal"] as const) {
        const desk = new Desk();
        fs.mkdirSync(path.dirname(desk.path));
        fs.writeFileSync(path.join(path.dirname(desk.path), "other"), "precious");
        put(desk[which]);
        for (const force of [false, true]) {
          const error = await failure(desk.prepare({ force }));
          expect(error).toBeInstanceOf(SinkError);
          expect(String(error)).toContain(`${desk[which]} is in the way: it is ${what}`);
        }
        expect(desk.names()).toEqual([path.basename(desk[which]), "other"]);
        expect(fs.readFileSync(path.join(path.dirname(desk.path), "other"), "utf8")).toBe("precious");
      }
    }
  });

  test("under the finished name, when it came meanwhile, is not replaced without force", async () => {
    const desk = new Desk();
    const sink = await desk.growing(ALL);
    fs.writeFileSync(desk.path, "somebody's");
    expect(await failure(sink.finish())).toBeInstanceOf(SinkError);
    expect(fs.readFileSync(desk.path, "utf8")).toBe("somebody's");
    expect(fs.readFileSync(desk.part).equals(FILE.bytes)).toBe(true);
    const forced = await desk.prepare({ force: true });
    expect(await desk.begin(forced)).toEqual(ALL);
    expect(desk.hashed).toEqual([]);
    await forced.finish();
    expect(fs.readFileSync(desk.path).equals(FILE.bytes)).toBe(true);
  });

  test("when the disk has no room, or may not be written to", async () => {
    const desk = new Desk();
    desk.disk = { freeBytes: async () => MIB };
    const sink = await desk.prepare();
    const full = await failure(sink.begin(FILE.hashes));
    expect(full).toMatchObject({ failure: "full" });
    expect(String(full)).toContain("3.0 MiB");
    await sink.abandon();
    // Root may write anywhere, so the refusal itself has to be played.
    const refused = new Desk();
    refused.disk = {
      open: (file) => Promise.reject(new DiskError("denied", file, `cannot open ${file}: permission denied`)),
    };
    expect(await failure(refused.prepare())).toMatchObject({ failure: "denied" });
  });
});
