import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import type { Adoption } from "../../../../src/secondary/changes/folder-changes.ts";
import type { Obstacle } from "../../../../src/secondary/folder/obstacle.ts";
import { stagingFilesOf } from "../../../../src/transfer/sinks/work-files.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { type Content, content, contentOf } from "../../transfer/content.ts";
import { ScriptedSource } from "../../transfer/scripted-source.ts";
import { MODIFIED, ReplicatorStage } from "./replicator-fixture.ts";
import { SmallSource } from "./small-source.ts";

/** Small files, each with bytes of its own. */
function smallFiles(prefix: string, count: number, size = 100): Map<string, Content> {
  return new Map(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, content(size + index)]));
}

describe("small files", () => {
  test("that a silent source does not give are asked of another, and the central hears nothing of it", async () => {
    const stage = new ReplicatorStage();
    const files = smallFiles("f", 20);
    const silent = new SmallSource(stage.clock, stage.network, 1, [...files.values()], "is silent");
    const well = new SmallSource(stage.clock, stage.network, 2, [...files.values()], "answers");
    stage.order(files, [silent.address, well.address]);
    await drive(stage.clock, "all are here", () => stage.taken.size === files.size, 100);
    expect(silent.asked).toBe(1);
    for (const [name, { bytes }] of files) expect(stage.taken.get(name)?.equals(bytes)).toBe(true);
    expect([...new Set(stage.times.values())]).toEqual([MODIFIED]);
    expect(stage.unfetched).toEqual([]);
    await stage.replicator.stop();
  });

  test("come from those who are well although two sources are silent", async () => {
    const stage = new ReplicatorStage();
    const lost = [smallFiles("a", 5), smallFiles("b", 5, 300)];
    const files = smallFiles("f", 5, 500);
    const silent = lost.map(
      (some, index) => new SmallSource(stage.clock, stage.network, index + 1, [...some.values()], "is silent"),
    );
    const well = new SmallSource(stage.clock, stage.network, 3, [...files.values()], "answers");
    for (const [index, some] of lost.entries()) stage.order(some, [silent[index]?.address ?? well.address]);
    await drive(stage.clock, "both are asked", () => silent.every(({ asked }) => asked > 0));
    stage.order(files, [well.address]);
    await drive(stage.clock, "the others are here", () => stage.taken.size === files.size, 100);
    await drive(stage.clock, "those are given back", () => stage.unfetched.length === 10, 100);
    expect(stage.unfetched).toContainEqual({
      name: "a0",
      reason: "secondary 1: has not answered for 20 s",
      lasting: false,
    });
    // Whoever failed never takes both places from then on.
    for (const [index, some] of lost.entries()) stage.order(some, [silent[index]?.address ?? well.address]);
    await drive(stage.clock, "one is asked again", () => silent.some(({ asked }) => asked > 1));
    const began = stage.clock.now();
    const more = new Map([["more", content(77)]]);
    const other = new SmallSource(stage.clock, stage.network, 4, [...more.values()], "answers");
    stage.order(more, [other.address]);
    await drive(stage.clock, "it is here", () => stage.taken.has("more"));
    expect(stage.clock.now() - began).toBeLessThan(5000);
    await stage.replicator.stop();
  });

  test.each(["sends wrong bytes", "refuses"] as const)("of a source that %s are asked of another", async (does) => {
    const stage = new ReplicatorStage();
    const files = smallFiles("f", 3);
    const bad = new SmallSource(stage.clock, stage.network, 1, [...files.values()], does);
    const well = new SmallSource(stage.clock, stage.network, 2, [...files.values()], "answers");
    stage.order(files, [bad.address, well.address]);
    await drive(stage.clock, "all are here", () => stage.taken.size === files.size);
    expect(stage.accused).toEqual(does === "refuses" ? [] : [1, 1, 1]);
    expect(stage.unfetched).toEqual([]);
    for (const [name, { bytes }] of files) expect(stage.taken.get(name)?.equals(bytes)).toBe(true);
  });

  test("that are not wanted any more are neither delivered nor asked for again", async () => {
    const stage = new ReplicatorStage();
    const files = smallFiles("f", 3);
    const silent = new SmallSource(stage.clock, stage.network, 1, [...files.values()], "is silent");
    const well = new SmallSource(stage.clock, stage.network, 2, [...files.values()], "answers");
    stage.order(files, [silent.address, well.address]);
    await drive(stage.clock, "it is asked", () => silent.asked > 0);
    stage.replicator.withdraw(["f1"]);
    await drive(stage.clock, "the others are here", () => stage.taken.size === 2, 100);
    expect([...stage.taken.keys()]).toEqual(["f0", "f2"]);
    expect(stage.unfetched).toEqual([]);
  });
});

describe("a large file", () => {
  test("that is sparse needs room for its data alone, also when it is tried again", async () => {
    const bytes = Buffer.alloc(20 * MIB);
    content(2 * MIB).bytes.copy(bytes, 10 * MIB);
    const sparse = contentOf(bytes);
    let free = MIB;
    const stage = new ReplicatorStage({ disk: { ...systemDisk, free: async () => free } });
    const source = new ScriptedSource(stage.clock, stage.network, 1, sparse);
    const order = () => stage.order(new Map([["vm.img", sparse]]), [{ number: 1, ...source.address }]);
    order();
    await drive(stage.clock, "it is given back", () => stage.unfetched.length === 1);
    expect(stage.unfetched[0]).toMatchObject({ reason: "the disk has no room for its 2.0 MiB", lasting: true });
    expect(source.asked).toEqual([]);
    free = 3 * MIB;
    await drive(stage.clock, "it is tried again", () => stage.retried.length === 1);
    order();
    await drive(stage.clock, "it is here", () => stage.taken.has("vm.img"));
    expect(stage.taken.get("vm.img")?.equals(bytes)).toBe(true);
    await stage.replicator.stop();
  });

  test("that is sparse within its pieces takes no room for its zeros, also when it is resumed", async () => {
    const { bytes } = content(9 * MIB);
    for (let piece = 0; piece < 9; piece++) bytes.fill(0, piece * MIB, piece * MIB + MIB / 2);
    const sparse = contentOf(bytes);
    const stage = new ReplicatorStage();
    const source = new ScriptedSource(stage.clock, stage.network, 1, sparse);
    stage.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    const wanted = new Map([["vm.img", sparse]]);
    stage.order(wanted, [{ number: 1, ...source.address }]);
    await drive(stage.clock, "some of it is here", () => source.asked.length > 6, 5);
    await stage.replicator.stop();
    let room = 0;
    const next = new ReplicatorStage(
      {
        adopt: async ([delivery]) => {
          const { temp = "" } = delivery ?? {};
          expect(fs.readFileSync(temp).equals(bytes)).toBe(true);
          room = fs.statSync(temp).blocks * 512;
          return ["adopted"];
        },
      },
      stage.folder,
    );
    const again = new ScriptedSource(next.clock, next.network, 1, sparse);
    next.order(wanted, [{ number: 1, ...again.address }]);
    await drive(next.clock, "it is here", () => room > 0);
    expect(again.asked.length).toBeLessThan(9);
    expect(room).toBeLessThanOrEqual(4.6 * MIB);
    await next.replicator.stop();
  });

  test("of which an earlier try left a part is resumed without asking for its piece hashes", async () => {
    const file = content(9 * MIB);
    const stage = new ReplicatorStage();
    const source = new ScriptedSource(stage.clock, stage.network, 1, file);
    stage.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    const place = { number: 1, ...source.address };
    const wanted = new Map([["film", file]]);
    stage.order(wanted, [place]);
    await drive(stage.clock, "some of it is here", () => source.asked.length > 6, 5);
    const [before] = stage.replicator.figures();
    await stage.replicator.stop();
    expect(before?.doneBytes).toBeGreaterThan(0);
    const next = new ReplicatorStage({}, stage.folder);
    const again = new ScriptedSource(next.clock, next.network, 1, file);
    next.order(wanted, [place]);
    await drive(next.clock, "it is here", () => next.taken.has("film"));
    expect(next.taken.get("film")?.equals(file.bytes)).toBe(true);
    expect(again.manifests).toBe(0);
    expect(again.asked.length).toBeLessThan(9);
  });

  test.each(["withdrawn", "suspended"] as const)(
    "that was %s and is ordered again before its copy has ended is copied all the same",
    async (why) => {
      const file = content(9 * MIB);
      const stage = new ReplicatorStage();
      const source = new ScriptedSource(stage.clock, stage.network, 1, file);
      stage.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
      const order = () => stage.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
      order();
      await drive(stage.clock, "some of it is here", () => source.asked.length > 6, 5);
      if (why === "withdrawn") stage.replicator.withdraw(["film"]);
      else {
        stage.replicator.suspend();
        stage.replicator.resume();
      }
      order();
      await drive(stage.clock, "it is here", () => stage.taken.has("film"));
      expect(stage.taken.get("film")?.equals(file.bytes)).toBe(true);
      expect(stage.unfetched).toEqual([]);
      await stage.replicator.stop();
    },
  );

  test("that something is in the way of is not asked of anybody, and asked for again when the way is free", async () => {
    const file = content(3 * MIB);
    let obstacle: Obstacle | null = { reason: "a folder stands here in its place", lasting: true };
    const stage: ReplicatorStage = new ReplicatorStage({
      targets: async (names) => names.map(() => obstacle ?? { staging: stage.staging }),
    });
    const source = new ScriptedSource(stage.clock, stage.network, 1, file);
    const order = () => stage.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
    order();
    await drive(stage.clock, "it is given back", () => stage.unfetched.length > 0);
    expect(stage.unfetched).toEqual([{ name: "film", reason: "a folder stands here in its place", lasting: true }]);
    expect(stage.log).toEqual(["cannot copy film: a folder stands here in its place"]);
    expect(stage.replicator.obstacles(1)).toMatchObject({ count: 1, files: [{ name: "film" }] });
    expect(source.greetings).toBe(0);
    obstacle = null;
    await drive(stage.clock, "it is wanted again", () => stage.retried.length > 0);
    order();
    await drive(stage.clock, "it is here", () => stage.taken.has("film"));
    expect(stage.replicator.obstacles(1).count).toBe(0);
    await stage.replicator.stop();
  });

  test("that cannot get its name once it is here stays, and is not fetched again; the log does not call it copied", async () => {
    const file = content(3 * MIB);
    const refusals: Adoption[] = [
      { reason: "cannot rename it: permission denied", lasting: true },
      { reason: "the file was changed here meanwhile", lasting: false },
    ];
    const stage: ReplicatorStage = new ReplicatorStage({
      adopt: async ([delivery]) => {
        const refusal = refusals.shift();
        if (!refusal && delivery) stage.taken.set(delivery.name, fs.readFileSync(delivery.temp));
        return [refusal ?? "adopted"];
      },
    });
    const source = new ScriptedSource(stage.clock, stage.network, 1, file);
    const order = () => stage.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
    for (const tries of [1, 2]) {
      order();
      await drive(stage.clock, "it is given back", () => stage.unfetched.length === tries);
      expect(stage.log.filter((line) => line.startsWith("copied"))).toEqual([]);
      await drive(stage.clock, "it has ended", () => stage.replicator.figures().length === 0);
    }
    order();
    await drive(stage.clock, "it is here", () => stage.taken.has("film"));
    expect(stage.taken.get("film")?.equals(file.bytes)).toBe(true);
    expect(source.asked).toHaveLength(3);
    expect(stage.unfetched.map(({ reason }) => reason)).toEqual([
      "cannot rename it: permission denied",
      "the file was changed here meanwhile",
    ]);
    await stage.replicator.stop();
  });

  test.each(["comes to the disk", "gets its name"])(
    "that is withdrawn while it %s leaves nothing, and is no obstacle",
    async (moment) => {
      const file = content(3 * MIB);
      const withdraw = (now: string) => {
        if (now === moment) stage.replicator.withdraw(["film"]);
      };
      const stage: ReplicatorStage = new ReplicatorStage({
        disk: {
          ...systemDisk,
          sync: async (fd) => {
            withdraw("comes to the disk");
            await systemDisk.sync(fd);
          },
        },
        adopt: async () => {
          withdraw("gets its name");
          return [{ reason: "permission denied", lasting: true }];
        },
      });
      const source = new ScriptedSource(stage.clock, stage.network, 1, file);
      stage.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
      await drive(stage.clock, "it is whole", () => source.asked.length === 3);
      await drive(stage.clock, "it is over", () => fs.readdirSync(stage.staging).length === 0);
      await stage.replicator.stop();
      expect(stage.replicator.obstacles(1).count).toBe(0);
      expect(stage.unfetched).toEqual([]);
    },
  );

  test("that waits to get its name is thrown away when it is not wanted any more", async () => {
    const file = content(3 * MIB);
    const stage = new ReplicatorStage({ adopt: async () => [{ reason: "permission denied", lasting: true }] });
    const source = new ScriptedSource(stage.clock, stage.network, 1, file);
    stage.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
    await drive(stage.clock, "it is given back", () => stage.unfetched.length > 0);
    expect(fs.readdirSync(stage.staging)).toEqual([file.version.id]);
    stage.replicator.withdraw(["film"]);
    await drive(stage.clock, "nothing of it is left", () => fs.readdirSync(stage.staging).length === 0);
    expect(stage.replicator.obstacles(1).count).toBe(0);
    await stage.replicator.stop();
  });

  test("that could not get its name in an earlier run is read again and not fetched; one that was changed is fetched", async () => {
    const file = content(3 * MIB);
    for (const changed of [false, true]) {
      const stage = new ReplicatorStage();
      const bytes = Buffer.from(file.bytes);
      if (changed) bytes[MIB] = (bytes[MIB] ?? 0) ^ 1;
      fs.writeFileSync(`${stage.staging}/${file.version.id}`, bytes);
      const source = new ScriptedSource(stage.clock, stage.network, 1, file);
      stage.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
      await drive(stage.clock, "it is here", () => stage.taken.has("film"));
      expect(stage.taken.get("film")?.equals(file.bytes)).toBe(true);
      expect(source.asked.length > 0).toBe(changed);
      await stage.replicator.stop();
    }
  });

  test("is finished before another is begun that there is no room for beside it, which leaves nothing", async () => {
    const files = new Map([
      ["a", content(12 * MIB)],
      ["b", content(12 * MIB, 2)],
    ]);
    let free = 16 * MIB;
    const stage = new ReplicatorStage({ disk: { ...systemDisk, free: async () => free } });
    const places = [...files.values()].map((file, index) => {
      const source = new ScriptedSource(stage.clock, stage.network, index + 1, file);
      return { number: index + 1, ...source.address };
    });
    for (const [index, [name, file]] of [...files].entries()) {
      stage.order(new Map([[name, file]]), [places[index] ?? { number: 1, host: "", port: 0 }]);
    }
    await drive(stage.clock, "one is here, and the other given back", () => {
      return stage.taken.size === 1 && stage.unfetched.length === 1;
    });
    const [{ name, reason } = { name: "", reason: "" }] = stage.unfetched;
    expect(reason).toBe("the disk has no room for its 12.0 MiB");
    expect(stage.taken.has(name)).toBe(false);
    await drive(stage.clock, "nothing is under way", () => stage.replicator.figures().length === 0);
    expect(fs.readdirSync(stage.staging).filter((left) => left.includes(".part"))).toEqual([]);
    free = 40 * MIB;
    await drive(stage.clock, "it is wanted again", () => stage.retried.includes(name));
    await stage.replicator.stop();
  });
});

test("when the folder is not there any more, what is under way ends, nothing is given back, and what came is kept", async () => {
  const stage = new ReplicatorStage();
  const small = smallFiles("f", 4);
  const large = content(5 * MIB, 3);
  const source = new SmallSource(stage.clock, stage.network, 1, [...small.values()], "is silent");
  const silent = new ScriptedSource(stage.clock, stage.network, 2, large);
  stage.network.shape(silent.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
  stage.order(small, [source.address]);
  stage.order(new Map([["film", large]]), [{ number: 2, ...silent.address }]);
  const done = () => stage.replicator.figures()[0]?.doneBytes ?? 0;
  await drive(stage.clock, "both are under way", () => source.asked > 0 && done() > 0, 5);
  stage.replicator.suspend();
  await drive(stage.clock, "nothing is", () => stage.replicator.figures().length === 0);
  stage.order(smallFiles("more", 2), [source.address]);
  expect(stage.replicator.waiting).toBe(0);
  expect(stage.unfetched).toEqual([]);
  expect(fs.existsSync(stagingFilesOf(stage.staging, large.version.id).part)).toBe(true);
  stage.replicator.resume();
  const well = new SmallSource(stage.clock, stage.network, 3, [...small.values()], "answers");
  stage.order(small, [well.address]);
  await drive(stage.clock, "they are here", () => stage.taken.size === small.size);
  await stage.replicator.stop();
});

test("small files that the disk has no room for are given back, and those that fit are copied", async () => {
  const files = smallFiles("f", 16, 60_000);
  const stage = new ReplicatorStage({ disk: { ...systemDisk, free: async () => 256 * 1024 + 500_000 } });
  const well = new SmallSource(stage.clock, stage.network, 1, [...files.values()], "answers");
  stage.order(files, [well.address]);
  await drive(stage.clock, "all are told of", () => stage.taken.size + stage.unfetched.length === files.size);
  expect(stage.taken.size).toBe(8);
  expect(stage.unfetched.every(({ lasting, reason }) => lasting && reason.includes("no room"))).toBe(true);
  await stage.replicator.stop();
});

test("small files that are to be on another disk are staged there, beside those that are not", async () => {
  const files = smallFiles("f", 6);
  const other = temporaryFolder();
  const temps = new Map<string, string>();
  const stage: ReplicatorStage = new ReplicatorStage({
    targets: async (names) => names.map((name) => ({ staging: Number(name.slice(1)) % 2 ? other : stage.staging })),
    adopt: async (deliveries) => {
      for (const { name, temp } of deliveries) temps.set(name, temp);
      return deliveries.map(() => "adopted");
    },
  });
  const well = new SmallSource(stage.clock, stage.network, 1, [...files.values()], "answers");
  stage.order(files, [well.address]);
  await drive(stage.clock, "all are here", () => temps.size === files.size);
  for (const [name, temp] of temps)
    expect(temp.startsWith(Number(name.slice(1)) % 2 ? other : stage.staging)).toBe(true);
  await stage.replicator.stop();
});

test("that it stops is over once its copies have ended: nothing that is written to is open", async () => {
  const open = new Set<number>();
  const disk = {
    ...systemDisk,
    async open(...args: Parameters<typeof systemDisk.open>) {
      const fd = await systemDisk.open(...args);
      // One that is only read from may be closed whenever its last reader has done.
      if (args[1] !== "read") open.add(fd);
      return fd;
    },
    async close(fd: number) {
      // As a slow disk does.
      await Bun.sleep(5);
      await systemDisk.close(fd);
      open.delete(fd);
    },
  };
  const stage = new ReplicatorStage({ disk });
  const file = content(3 * MIB);
  const large = new ScriptedSource(stage.clock, stage.network, 1, file, { script: () => "freeze" });
  const files = smallFiles("f", 5);
  const silent = new SmallSource(stage.clock, stage.network, 2, [...files.values()], "is silent");
  stage.order(new Map([["large", file]]), [{ number: 1, ...large.address }]);
  stage.order(files, [silent.address]);
  await drive(stage.clock, "both are asked", () => large.asked.length > 0 && silent.asked > 0);
  expect(open.size).toBeGreaterThan(0);
  await driveThrough(stage.clock, stage.replicator.stop());
  expect([...open]).toEqual([]);
  expect(fs.readdirSync(stage.staging).filter((name) => name.startsWith("small-"))).toEqual([]);
  expect(stage.unfetched).toEqual([]);
});
