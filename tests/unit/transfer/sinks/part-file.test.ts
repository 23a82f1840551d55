import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { SinkError } from "../../../../src/transfer/sinks/sink.ts";
import { content, contentOf } from "../content.ts";
import { ALL, FILE, failure, MODIFIED, OTHER, PartFileFixture } from "./part-file-fixture.ts";

describe("a part file", () => {
  test("grows beside its journal and gets its name at the end", async () => {
    const fixture = new PartFileFixture();
    const sink = await fixture.prepare();
    expect(sink.hashes).toBeNull();
    expect(await fixture.begin(sink)).toEqual([]);
    fixture.write(sink, [2, 0, 3, 1]);
    expect(fixture.names()).toEqual([fixture.journal, fixture.part].map((file) => path.basename(file)));
    // Neither a file of a catalogue, whose names have no dot in front, nor a user's.
    for (const name of fixture.names()) expect(name).toStartWith(".redes-");
    await sink.finish();
    expect(fixture.names()).toEqual(["film.mkv"]);
    expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
    expect(fs.statSync(fixture.path, { bigint: true }).mtimeNs).toBe(BigInt(MODIFIED) * 1000n);
  });

  test("gets its name also where its time cannot be set", async () => {
    const fixture = new PartFileFixture();
    fixture.disk = { setModified: () => false };
    const sink = await fixture.prepare();
    await fixture.begin(sink);
    fixture.write(sink, ALL);
    await sink.finish();
    expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
  });

  test("can be written past the page cache when it is large, and nobody reads it at once", async () => {
    const fixture = new PartFileFixture();
    const opened: number[] = [];
    fixture.disk = {
      async openDirect(fd) {
        opened.push(fd);
        return fs.openSync(fixture.part, "r+");
      },
    };
    const large = { ...FILE, version: { ...FILE.version, size: 200 * MIB } };
    for (const options of [{ direct: true }, { file: large }]) {
      const sink = await fixture.prepare(options);
      expect(sink.direct).toBeNull();
      await sink.abandon();
    }
    const sink = await fixture.prepare({ direct: true, file: large });
    expect(opened).toEqual([sink.file]);
    const { direct } = sink;
    expect(direct).not.toBeNull();
    await sink.abandon();
    expect(() => fs.fstatSync(direct?.fd ?? sink.file)).toThrow("EBADF");
  });

  test("that cannot be synced is left, and is read before it is trusted again", async () => {
    const fixture = new PartFileFixture();
    fixture.disk = { sync: () => Promise.reject(new DiskError("other", fixture.part, "cannot sync part: EIO")) };
    const sink = await fixture.growing(ALL);
    expect(String(await failure(sink.finish()))).toContain("EIO");
    expect(sink.resumablePath).toBe(fixture.part);
    fixture.disk = {};
    expect(fixture.hashed).toEqual([]);
    expect(await fixture.again()).toEqual(ALL);
    expect(fixture.hashed).toEqual(ALL);
  });

  test("of an empty file is a file", async () => {
    const fixture = new PartFileFixture();
    const empty = content(0);
    const sink = await fixture.prepare({ file: empty });
    expect(await fixture.begin(sink, empty)).toEqual([]);
    await sink.finish();
    expect(fs.readFileSync(fixture.path).length).toBe(0);
  });
});

describe("what an earlier try left", () => {
  test("on the same boot is trusted without reading it", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun([0, 3]);
    const sink = await fixture.prepare();
    expect(sink.hashes).toEqual(new Uint8Array(FILE.hashes));
    expect(await fixture.begin(sink)).toEqual([0, 3]);
    expect(fixture.hashed).toEqual([]);
    fixture.write(sink, [1, 2]);
    await sink.abandon();
    expect(await fixture.again()).toEqual(ALL);
  });

  test("is not written to when nothing of it is in doubt", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun([0, 3]);
    const writes: string[] = [];
    const notice = (call: "write" | "truncate") => async () => void writes.push(call);
    fixture.disk = { write: notice("write"), truncate: notice("truncate") };
    expect(await fixture.again()).toEqual([0, 3]);
    expect(writes).toEqual([]);
  });

  test("before a power loss is read, and only what is right counts", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun([0, 1, 3]);
    fixture.tamper(Buffer.alloc(MIB), MIB);
    fixture.boot = "boot-2";
    expect(await fixture.again()).toEqual([0, 3]);
    expect(fixture.hashed).toEqual([0, 1, 3]);
    // From here on it is this boot's.
    expect(await fixture.again()).toEqual([0, 3]);
    expect(fixture.hashed).toEqual([0, 1, 3]);
  });

  test("before its disk was pulled out is read", async () => {
    const fixture = new PartFileFixture();
    fixture.disk = { diskSequence: async () => "5" };
    await fixture.begun([0, 1]);
    expect(await fixture.again()).toEqual([0, 1]);
    expect(fixture.hashed).toEqual([]);
    fixture.disk = { diskSequence: async () => "6" };
    expect(await fixture.again()).toEqual([0, 1]);
    expect(fixture.hashed).toEqual([0, 1]);
  });

  test("on a machine that has no boot id is read each time", async () => {
    const fixture = new PartFileFixture();
    fixture.boot = null;
    await fixture.begun([0, 1]);
    expect(await fixture.again()).toEqual([0, 1]);
    expect(await fixture.again()).toEqual([0, 1]);
    expect(fixture.hashed).toEqual([0, 1, 0, 1]);
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
      const fixture = new PartFileFixture();
      await fixture.begun([0, 1]);
      damage(fixture.journal);
      expect(await fixture.again()).toEqual([0, 1]);
      expect(fixture.hashed).toEqual(ALL);
      expect(fixture.warnings).toHaveLength(1);
      // What was found is trusted from then on.
      expect(await fixture.again()).toEqual([0, 1]);
      expect(fixture.hashed).toEqual(ALL);
    }
  });

  test("of another version is used where it is the same", async () => {
    const fixture = new PartFileFixture();
    const changed = contentOf(Buffer.concat([FILE.bytes.subarray(0, 2 * MIB), OTHER.bytes.subarray(2 * MIB)]));
    await fixture.begun([0, 1, 2, 3]);
    expect(await failure(fixture.prepare({ file: changed }).then((sink) => sink.abandon()))).toBeNull();
    expect(await fixture.again({ file: changed })).toEqual([0, 1]);
    expect(await fixture.again({ file: changed })).toEqual([0, 1]);
    expect(fixture.hashed).toEqual(ALL);
  });

  test("under another name keeps its marks where they are looked for", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun([0, 1]);
    const sink = await fixture.prepare({ name: "a much longer name of the same film.mkv" });
    expect(await fixture.begin(sink)).toEqual([0, 1]);
    fixture.write(sink, [2]);
    await sink.abandon();
    expect(await fixture.again()).toEqual([0, 1, 2]);
    expect(await fixture.again()).toEqual([0, 1, 2]);
    expect(fixture.hashed).toEqual([]);
  });

  test("beside a part that is gone marks nothing, also when the next try ends early", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun([0, 1, 2, 3]);
    fs.rmSync(fixture.part);
    let cuts = 0;
    fixture.disk.truncate = async (fd, length) => {
      cuts += 1;
      await systemDisk.truncate(fd, length);
      if (cuts === 2) throw new DiskError("other", fixture.part, "the power is gone");
    };
    const sink = await fixture.prepare();
    expect(await failure(sink.begin(FILE.hashes))).toBeInstanceOf(DiskError);
    await sink.abandon();
    fixture.disk = {};
    expect(await fixture.again()).toEqual([]);
  });

  test("is read when somebody has cut or replaced the part", async () => {
    const fixture = new PartFileFixture();
    await fixture.begun([0, 1, 2, 3]);
    fs.truncateSync(fixture.part, 2 * MIB);
    expect(await fixture.again()).toEqual([0, 1]);
    fs.rmSync(fixture.part);
    expect(await fixture.again()).toEqual([]);
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
        const fixture = new PartFileFixture();
        fs.mkdirSync(path.dirname(fixture.path));
        fs.writeFileSync(path.join(path.dirname(fixture.path), "other"), "precious");
        put(fixture[which]);
        for (const force of [false, true]) {
          const error = await failure(fixture.prepare({ force }));
          expect(error).toBeInstanceOf(SinkError);
          expect(String(error)).toContain(`${fixture[which]} is in the way: it is ${what}`);
        }
        expect(fixture.names()).toEqual([path.basename(fixture[which]), "other"]);
        expect(fs.readFileSync(path.join(path.dirname(fixture.path), "other"), "utf8")).toBe("precious");
      }
    }
  });

  test("under the finished name, when it came meanwhile, is not replaced without force", async () => {
    const fixture = new PartFileFixture();
    const sink = await fixture.growing(ALL);
    fs.writeFileSync(fixture.path, "somebody's");
    expect(await failure(sink.finish())).toBeInstanceOf(SinkError);
    expect(fs.readFileSync(fixture.path, "utf8")).toBe("somebody's");
    expect(fs.readFileSync(fixture.part).equals(FILE.bytes)).toBe(true);
    const forced = await fixture.prepare({ force: true });
    expect(await fixture.begin(forced)).toEqual(ALL);
    expect(fixture.hashed).toEqual([]);
    await forced.finish();
    expect(fs.readFileSync(fixture.path).equals(FILE.bytes)).toBe(true);
  });

  test("when the disk has no room, or may not be written to", async () => {
    const fixture = new PartFileFixture();
    fixture.disk = { freeBytes: async () => MIB };
    const sink = await fixture.prepare();
    const full = await failure(sink.begin(FILE.hashes));
    expect(full).toMatchObject({ failure: "full" });
    expect(String(full)).toContain("3.0 MiB");
    await sink.abandon();
    // Root may write anywhere, so the refusal itself has to be played.
    const refused = new PartFileFixture();
    refused.disk = {
      open: (file) => Promise.reject(new DiskError("denied", file, `cannot open ${file}: permission denied`)),
    };
    expect(await failure(refused.prepare())).toMatchObject({ failure: "denied" });
  });
});
