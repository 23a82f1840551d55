import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import type { InstallResult } from "../../../../src/secondary/changes/staged-file.ts";
import type { Obstacle } from "../../../../src/secondary/folder/obstacle.ts";
import { stagingFilesFor } from "../../../../src/transfer/sinks/work-files/work-files.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { type Content, content, contentOf } from "../../transfer/content.ts";
import { ScriptedSource } from "../../transfer/scripted-source.ts";
import { MODIFIED, ReplicatorFixture } from "./replicator-fixture.ts";
import { SmallFilesSource } from "./small/small-files-source.ts";

/** Small files, each with bytes of its own. */
function smallFiles(prefix: string, count: number, size = 100): Map<string, Content> {
  return new Map(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, content(size + index)]));
}

describe("small files", () => {
  test("that a silent source does not give are asked of another, and the central learns nothing of it", async () => {
    const fixture = new ReplicatorFixture();
    const files = smallFiles("f", 20);
    const silent = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], "is silent");
    const well = new SmallFilesSource(fixture.clock, fixture.network, 2, [...files.values()], "answers");
    fixture.order(files, [silent.address, well.address]);
    await drive(fixture.clock, "all are here", () => fixture.installed.size === files.size, 100);
    expect(silent.requests).toBe(1);
    for (const [name, { bytes }] of files) expect(fixture.installed.get(name)?.equals(bytes)).toBe(true);
    expect([...new Set(fixture.modificationTimes.values())]).toEqual([MODIFIED]);
    expect(fixture.unfetched).toEqual([]);
    await fixture.replicator.stop();
  });

  test("come from four sources at once at most", async () => {
    const fixture = new ReplicatorFixture();
    const sources = [1, 2, 3, 4, 5].map((number) => {
      const files = smallFiles(`${number}-`, 5, number * 100);
      const source = new SmallFilesSource(fixture.clock, fixture.network, number, [...files.values()], "is silent");
      fixture.order(files, [source.address]);
      return source;
    });
    const asked = () => sources.filter(({ requests }) => requests > 0).length;
    await drive(fixture.clock, "four are asked", () => asked() === 4);
    const until = fixture.clock.now() + 5000;
    await drive(fixture.clock, "another one could be", () => fixture.clock.now() >= until, 100);
    expect(asked()).toBe(4);
    await fixture.replicator.stop();
  });

  test("come from those who are well although two sources are silent", async () => {
    const fixture = new ReplicatorFixture();
    const lost = [smallFiles("a", 5), smallFiles("b", 5, 300)];
    const files = smallFiles("f", 5, 500);
    const silent = lost.map(
      (some, index) => new SmallFilesSource(fixture.clock, fixture.network, index + 1, [...some.values()], "is silent"),
    );
    const well = new SmallFilesSource(fixture.clock, fixture.network, 3, [...files.values()], "answers");
    for (const [index, some] of lost.entries()) fixture.order(some, [silent[index]?.address ?? well.address]);
    await drive(fixture.clock, "both are asked", () => silent.every(({ requests }) => requests > 0));
    fixture.order(files, [well.address]);
    await drive(fixture.clock, "the others are here", () => fixture.installed.size === files.size, 100);
    await drive(fixture.clock, "those are given back", () => fixture.unfetched.length === 10, 100);
    expect(fixture.unfetched).toContainEqual({
      name: "a0",
      reason: "secondary 1: has not answered for 20 s",
      lasting: false,
    });
    // Whoever failed never takes both places from then on.
    for (const [index, some] of lost.entries()) fixture.order(some, [silent[index]?.address ?? well.address]);
    await drive(fixture.clock, "one is asked again", () => silent.some(({ requests }) => requests > 1));
    const began = fixture.clock.now();
    const more = new Map([["more", content(77)]]);
    const other = new SmallFilesSource(fixture.clock, fixture.network, 4, [...more.values()], "answers");
    fixture.order(more, [other.address]);
    await drive(fixture.clock, "it is here", () => fixture.installed.has("more"));
    expect(fixture.clock.now() - began).toBeLessThan(5000);
    await fixture.replicator.stop();
  });

  test.each(["sends wrong bytes", "refuses"] as const)("of a source that %s are asked of another", async (does) => {
    const fixture = new ReplicatorFixture();
    const files = smallFiles("f", 3);
    const bad = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], does);
    const well = new SmallFilesSource(fixture.clock, fixture.network, 2, [...files.values()], "answers");
    fixture.order(files, [bad.address, well.address]);
    await drive(fixture.clock, "all are here", () => fixture.installed.size === files.size);
    expect(fixture.accused).toEqual(does === "refuses" ? [] : [1, 1, 1]);
    const receivedBytes = [...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    const wrongPieces = fixture.accused.length;
    expect(fixture.replicator.counts).toEqual({ installed: 3, failed: 0, receivedBytes, wrongPieces });
    expect(fixture.unfetched).toEqual([]);
    for (const [name, { bytes }] of files) expect(fixture.installed.get(name)?.equals(bytes)).toBe(true);
  });

  test("that a source does not give while the central is away are not asked of another: it will order them again", async () => {
    const fixture = new ReplicatorFixture();
    const files = smallFiles("f", 3);
    const silent = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], "is silent");
    const well = new SmallFilesSource(fixture.clock, fixture.network, 2, [...files.values()], "answers");
    const order = () => fixture.order(files, [silent.address, well.address]);
    order();
    await drive(fixture.clock, "it is asked", () => silent.requests > 0);
    fixture.replicator.centralLost();
    const [connection] = fixture.network.connections;
    connection?.break();
    const until = fixture.clock.now() + 1000;
    await drive(fixture.clock, "others could be asked", () => fixture.clock.now() >= until);
    expect([fixture.replicator.queued, well.requests]).toEqual([0, 0]);
    order();
    await drive(fixture.clock, "all are here", () => fixture.installed.size === files.size);
    expect([well.requests, silent.requests]).toEqual([1, 1]);
    await fixture.replicator.stop();
  });

  test("that are not wanted any more are neither delivered nor asked for again", async () => {
    const fixture = new ReplicatorFixture();
    const files = smallFiles("f", 3);
    const silent = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], "is silent");
    const well = new SmallFilesSource(fixture.clock, fixture.network, 2, [...files.values()], "answers");
    fixture.order(files, [silent.address, well.address]);
    await drive(fixture.clock, "it is asked", () => silent.requests > 0);
    fixture.replicator.withdraw(["f1"]);
    await drive(fixture.clock, "the others are here", () => fixture.installed.size === 2, 100);
    expect([...fixture.installed.keys()]).toEqual(["f0", "f2"]);
    expect(fixture.unfetched).toEqual([]);
  });
});

describe("a large file", () => {
  test("that is sparse needs room for its data alone, also when it is tried again", async () => {
    const bytes = Buffer.alloc(20 * MIB);
    content(2 * MIB).bytes.copy(bytes, 10 * MIB);
    const sparse = contentOf(bytes);
    let free = MIB;
    const fixture = new ReplicatorFixture({ disk: { ...systemDisk, freeBytes: async () => free } });
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, sparse);
    const order = () => fixture.order(new Map([["vm.img", sparse]]), [{ number: 1, ...source.address }]);
    order();
    await drive(fixture.clock, "it is given back", () => fixture.unfetched.length === 1);
    expect(fixture.unfetched[0]).toMatchObject({ reason: "the disk has no room for its 2.0 MiB", lasting: true });
    expect(source.asked).toEqual([]);
    free = 3 * MIB;
    await drive(fixture.clock, "it is tried again", () => fixture.retried.length === 1);
    order();
    await drive(fixture.clock, "it is here", () => fixture.installed.has("vm.img"));
    expect(fixture.installed.get("vm.img")?.equals(bytes)).toBe(true);
    await fixture.replicator.stop();
  });

  test("that is sparse within its pieces takes no room for its zeros, also when it is resumed", async () => {
    const { bytes } = content(9 * MIB);
    for (let piece = 0; piece < 9; piece++) bytes.fill(0, piece * MIB, piece * MIB + MIB / 2);
    const sparse = contentOf(bytes);
    const fixture = new ReplicatorFixture();
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, sparse);
    fixture.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    const wanted = new Map([["vm.img", sparse]]);
    fixture.order(wanted, [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "some of it is here", () => source.asked.length > 6, 5);
    await fixture.replicator.stop();
    let room = 0;
    const next = new ReplicatorFixture(
      {
        install: async ([delivery]) => {
          const { temp = "" } = delivery ?? {};
          expect(fs.readFileSync(temp).equals(bytes)).toBe(true);
          room = fs.statSync(temp).blocks * 512;
          return ["installed"];
        },
      },
      fixture.root,
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
    const fixture = new ReplicatorFixture();
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
    fixture.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    const place = { number: 1, ...source.address };
    const wanted = new Map([["film", file]]);
    fixture.order(wanted, [place]);
    await drive(fixture.clock, "some of it is here", () => source.asked.length > 6, 5);
    const [before] = fixture.replicator.progress();
    // What has come counts while it is copied, and afterwards.
    const { receivedBytes } = fixture.replicator.counts;
    await fixture.replicator.stop();
    expect(before?.doneBytes).toBeGreaterThan(0);
    expect(receivedBytes).toBeGreaterThanOrEqual(before?.doneBytes ?? 0);
    expect(fixture.replicator.counts.receivedBytes).toBeGreaterThanOrEqual(receivedBytes);
    const next = new ReplicatorFixture({}, fixture.root);
    const again = new ScriptedSource(next.clock, next.network, 1, file);
    next.order(wanted, [place]);
    await drive(next.clock, "it is here", () => next.installed.has("film"));
    expect(next.installed.get("film")?.equals(file.bytes)).toBe(true);
    expect(again.manifests).toBe(0);
    expect(again.asked.length).toBeLessThan(9);
  });

  test.each(["withdrawn", "suspended"] as const)(
    "that was %s and is ordered again before its copy has ended is copied all the same",
    async (why) => {
      const file = content(9 * MIB);
      const fixture = new ReplicatorFixture();
      const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
      fixture.network.shape(source.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
      const order = () => fixture.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
      order();
      await drive(fixture.clock, "some of it is here", () => source.asked.length > 6, 5);
      if (why === "withdrawn") fixture.replicator.withdraw(["film"]);
      else {
        fixture.replicator.suspend();
        fixture.replicator.resume();
      }
      order();
      await drive(fixture.clock, "it is here", () => fixture.installed.has("film"));
      expect(fixture.installed.get("film")?.equals(file.bytes)).toBe(true);
      expect(fixture.unfetched).toEqual([]);
      await fixture.replicator.stop();
    },
  );

  test("that something is in the way of is not asked of anybody, and asked for again when the way is free", async () => {
    const file = content(3 * MIB);
    let obstacle: Obstacle | null = { reason: "a folder stands here in its place", lasting: true };
    const fixture: ReplicatorFixture = new ReplicatorFixture({
      findPlacements: async (names) => names.map(() => obstacle ?? { staging: fixture.staging }),
    });
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
    const order = () => fixture.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
    order();
    await drive(fixture.clock, "it is given back", () => fixture.unfetched.length > 0);
    expect(fixture.unfetched).toEqual([{ name: "film", reason: "a folder stands here in its place", lasting: true }]);
    expect(fixture.log).toEqual(["cannot copy film: a folder stands here in its place"]);
    expect(fixture.replicator.obstacles(1)).toMatchObject({ count: 1, files: [{ name: "film" }] });
    expect(source.greetings).toBe(0);
    obstacle = null;
    await drive(fixture.clock, "it is wanted again", () => fixture.retried.length > 0);
    order();
    await drive(fixture.clock, "it is here", () => fixture.installed.has("film"));
    expect(fixture.replicator.obstacles(1).count).toBe(0);
    await fixture.replicator.stop();
  });

  test("that cannot get its name once it is here stays, and is not fetched again; the log does not call it copied", async () => {
    const file = content(3 * MIB);
    const refusals: InstallResult[] = [
      { reason: "cannot rename it: permission denied", lasting: true },
      { reason: "the file was changed here meanwhile", lasting: false },
    ];
    const fixture: ReplicatorFixture = new ReplicatorFixture({
      install: async ([delivery]) => {
        const refusal = refusals.shift();
        if (!refusal && delivery) fixture.installed.set(delivery.name, fs.readFileSync(delivery.temp));
        return [refusal ?? "installed"];
      },
    });
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
    const order = () => fixture.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
    for (const tries of [1, 2]) {
      order();
      await drive(fixture.clock, "it is given back", () => fixture.unfetched.length === tries);
      expect(fixture.log.filter((line) => line.startsWith("copied"))).toEqual([]);
      await drive(fixture.clock, "it has ended", () => fixture.replicator.progress().length === 0);
    }
    order();
    await drive(fixture.clock, "it is here", () => fixture.installed.has("film"));
    expect(fixture.installed.get("film")?.equals(file.bytes)).toBe(true);
    expect(source.asked).toHaveLength(3);
    expect(fixture.unfetched.map(({ reason }) => reason)).toEqual([
      "cannot rename it: permission denied",
      "the file was changed here meanwhile",
    ]);
    await fixture.replicator.stop();
  });

  test.each(["comes to the disk", "gets its name"])(
    "that is withdrawn while it %s leaves nothing, and is no obstacle",
    async (moment) => {
      const file = content(3 * MIB);
      const withdraw = (now: string) => {
        if (now === moment) fixture.replicator.withdraw(["film"]);
      };
      const fixture: ReplicatorFixture = new ReplicatorFixture({
        disk: {
          ...systemDisk,
          sync: async (fd) => {
            withdraw("comes to the disk");
            await systemDisk.sync(fd);
          },
        },
        install: async () => {
          withdraw("gets its name");
          return [{ reason: "permission denied", lasting: true }];
        },
      });
      const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
      fixture.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
      await drive(fixture.clock, "it is whole", () => source.asked.length === 3);
      await drive(fixture.clock, "it is over", () => fs.readdirSync(fixture.staging).length === 0);
      await fixture.replicator.stop();
      expect(fixture.replicator.obstacles(1).count).toBe(0);
      expect(fixture.unfetched).toEqual([]);
    },
  );

  test("that waits to get its name is thrown away when it is not wanted any more", async () => {
    const file = content(3 * MIB);
    const fixture = new ReplicatorFixture({ install: async () => [{ reason: "permission denied", lasting: true }] });
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
    fixture.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "it is given back", () => fixture.unfetched.length > 0);
    expect(fs.readdirSync(fixture.staging)).toEqual([file.version.id]);
    fixture.replicator.withdraw(["film"]);
    await drive(fixture.clock, "nothing of it is left", () => fs.readdirSync(fixture.staging).length === 0);
    expect(fixture.replicator.obstacles(1).count).toBe(0);
    await fixture.replicator.stop();
  });

  test("that could not get its name in an earlier run is read again and not fetched; one that was changed is fetched", async () => {
    const file = content(3 * MIB);
    for (const changed of [false, true]) {
      const fixture = new ReplicatorFixture();
      const bytes = Buffer.from(file.bytes);
      if (changed) bytes[MIB] = (bytes[MIB] ?? 0) ^ 1;
      fs.writeFileSync(`${fixture.staging}/${file.version.id}`, bytes);
      // That run had not come so far as to remove it.
      fs.writeFileSync(`${fixture.staging}/${file.version.id}.part.journal`, "");
      const source = new ScriptedSource(fixture.clock, fixture.network, 1, file);
      fixture.order(new Map([["film", file]]), [{ number: 1, ...source.address }]);
      await drive(fixture.clock, "it is here", () => fixture.installed.has("film"));
      expect(fixture.installed.get("film")?.equals(file.bytes)).toBe(true);
      expect(source.asked.length > 0).toBe(changed);
      await fixture.replicator.stop();
      expect(fs.readdirSync(fixture.staging).filter((left) => left.includes(".part"))).toEqual([]);
    }
  });

  test("is finished before another is begun that there is no room for beside it, which leaves nothing", async () => {
    const files = new Map([
      ["a", content(12 * MIB)],
      ["b", content(12 * MIB, 2)],
    ]);
    let free = 16 * MIB;
    // What one has written is not free for the other, which may be looked at late.
    const takenBy = (name: string) =>
      (fs.statSync(`${fixture.staging}/${name}`, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
    const taken = () => fs.readdirSync(fixture.staging).reduce((sum, name) => sum + takenBy(name), 0);
    const fixture: ReplicatorFixture = new ReplicatorFixture({
      disk: { ...systemDisk, freeBytes: async () => free - taken() },
    });
    const places = [...files.values()].map((file, index) => {
      const source = new ScriptedSource(fixture.clock, fixture.network, index + 1, file);
      return { number: index + 1, ...source.address };
    });
    for (const [index, [name, file]] of [...files].entries()) {
      fixture.order(new Map([[name, file]]), [places[index] ?? { number: 1, host: "", port: 0 }]);
    }
    await drive(fixture.clock, "one is here, and the other given back", () => {
      return fixture.installed.size === 1 && fixture.unfetched.length === 1;
    });
    const [{ name, reason } = { name: "", reason: "" }] = fixture.unfetched;
    expect(reason).toBe("the disk has no room for its 12.0 MiB");
    expect(fixture.installed.has(name)).toBe(false);
    await drive(fixture.clock, "nothing is under way", () => fixture.replicator.progress().length === 0);
    expect(fs.readdirSync(fixture.staging).filter((left) => left.includes(".part"))).toEqual([]);
    free = 40 * MIB;
    await drive(fixture.clock, "it is wanted again", () => fixture.retried.includes(name));
    await fixture.replicator.stop();
  });
});

describe("the central", () => {
  const FILM = content(3 * MIB);
  const film = new Map([["film", FILM]]);

  test("is asked for the sources of a large file while it is copied, and again after a lost session", async () => {
    const fixture = new ReplicatorFixture();
    const silent = new ScriptedSource(fixture.clock, fixture.network, 1, FILM, { script: () => "freeze" });
    fixture.order(film, [{ number: 1, ...silent.address }]);
    await drive(fixture.clock, "it is asked", () => silent.asked.length > 0);
    expect(fixture.watched).toEqual(["film"]);
    fixture.replicator.centralLost();
    fixture.replicator.centralRegistered();
    expect(fixture.watched).toEqual(["film", "film"]);
    const well = new ScriptedSource(fixture.clock, fixture.network, 2, FILM);
    const address = { number: 2, ...well.address, partial: false };
    fixture.replicator.sourcesChanged("film", "0".repeat(64), [address], false);
    fixture.replicator.sourcesChanged("movie", FILM.version.id, [address], false);
    expect(well.greetings).toBe(0);
    fixture.replicator.sourcesChanged("film", FILM.version.id, [address], false);
    await drive(fixture.clock, "it is here", () => fixture.installed.has("film"), 100);
    expect(well.asked.length).toBeGreaterThan(0);
    expect(fixture.unwatched).toEqual(["film"]);
    expect(fixture.servedPieces.toSorted()).toEqual([0, 1, 2]);
    await fixture.replicator.stop();
  });

  test("is not named as a source of what this secondary copies itself", async () => {
    const fixture = new ReplicatorFixture();
    const itself = new ScriptedSource(fixture.clock, fixture.network, 9, FILM);
    const other = new ScriptedSource(fixture.clock, fixture.network, 1, FILM);
    fixture.order(film, [
      { number: 9, ...itself.address },
      { number: 1, ...other.address },
    ]);
    await drive(fixture.clock, "it is here", () => fixture.installed.has("film"));
    expect(itself.greetings).toBe(0);
    await fixture.replicator.stop();
  });

  test("orders a file again that is being copied, which changes nothing", async () => {
    const fixture = new ReplicatorFixture();
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, FILM);
    const order = () => fixture.order(film, [{ number: 1, ...source.address }]);
    order();
    await drive(fixture.clock, "it is asked", () => source.asked.length > 0);
    order();
    expect(fixture.replicator.queued).toBe(0);
    await drive(fixture.clock, "it is here", () => fixture.installed.has("film"));
    expect(source.asked).toHaveLength(3);
    await fixture.replicator.stop();
  });

  test("learns at once of a small file without a source, and of nothing while the folder is not there", async () => {
    const fixture = new ReplicatorFixture();
    const small = smallFiles("f", 1);
    fixture.order(small, []);
    const reason = "no secondary was named that holds it";
    expect(fixture.unfetched).toEqual([{ name: "f0", reason, lasting: false }]);
    fixture.replicator.suspend();
    fixture.order(small, []);
    expect(fixture.unfetched).toHaveLength(1);
    fixture.replicator.resume();
    fixture.order(small, []);
    expect(fixture.unfetched).toHaveLength(2);
    await fixture.replicator.stop();
    fixture.order(small, []);
    expect(fixture.unfetched).toHaveLength(2);
  });
});

test("a version is expected from its order until it is here, or not wanted any more", async () => {
  const fixture = new ReplicatorFixture();
  const files = [content(3 * MIB), content(3 * MIB, 2), content(3 * MIB, 3)];
  const expects = () => files.map(({ version }) => fixture.replicator.isExpecting(version.id));
  const sources = files.map((file, index) => {
    const source = new ScriptedSource(fixture.clock, fixture.network, index + 1, file);
    fixture.network.shape(source.address, { latency: 5, rate: 100_000, buffer: 256 * 1024, chunk: 64 * 1024 });
    return source;
  });
  expect(expects()).toEqual([false, false, false]);
  for (const [index, file] of files.entries()) {
    const { number, address } = sources[index] ?? { number: 0, address: { host: "", port: 0 } };
    fixture.order(new Map([[`film${index}`, file]]), [{ number, ...address }]);
  }
  expect(expects()).toEqual([true, true, true]);
  const changes = fixture.availabilityChanges;
  fixture.replicator.withdraw(["film1"]);
  expect(fixture.availabilityChanges).toBe(changes + 1);
  await drive(fixture.clock, "two are here", () => fixture.installed.size === 2, 100);
  await drive(fixture.clock, "nothing is expected", () => !expects().includes(true));
  expect([...fixture.installed.keys()].toSorted()).toEqual(["film0", "film2"]);
  await fixture.replicator.stop();
});

test("a process that may have few files open copies one large file at a time", async () => {
  const shares = { batchFiles: 2, largeCopies: 1 };
  const fixture = new ReplicatorFixture({ shares });
  const files = [content(3 * MIB), content(3 * MIB, 2)];
  let most = 0;
  for (const [index, file] of files.entries()) {
    const source = new ScriptedSource(fixture.clock, fixture.network, index + 1, file);
    fixture.order(new Map([[`film${index}`, file]]), [{ number: index + 1, ...source.address }]);
  }
  await drive(fixture.clock, "both are here", () => {
    most = Math.max(most, fixture.replicator.progress().length);
    return fixture.installed.size === 2;
  });
  expect(most).toBe(1);
  await fixture.replicator.stop();
});

test("when the folder is not there any more, what is under way ends, nothing is given back, and what came is kept", async () => {
  const fixture = new ReplicatorFixture();
  const small = smallFiles("f", 4);
  const large = content(5 * MIB, 3);
  const source = new SmallFilesSource(fixture.clock, fixture.network, 1, [...small.values()], "is silent");
  const silent = new ScriptedSource(fixture.clock, fixture.network, 2, large);
  fixture.network.shape(silent.address, { latency: 5, rate: 10_000, buffer: 256 * 1024, chunk: 64 * 1024 });
  fixture.order(small, [source.address]);
  fixture.order(new Map([["film", large]]), [{ number: 2, ...silent.address }]);
  const done = () => fixture.replicator.progress()[0]?.doneBytes ?? 0;
  await drive(fixture.clock, "both are under way", () => source.requests > 0 && done() > 0, 5);
  fixture.replicator.suspend();
  await drive(fixture.clock, "nothing is", () => fixture.replicator.progress().length === 0);
  fixture.order(smallFiles("more", 2), [source.address]);
  expect(fixture.replicator.queued).toBe(0);
  expect(fixture.unfetched).toEqual([]);
  expect(fs.existsSync(stagingFilesFor(fixture.staging, large.version.id).part)).toBe(true);
  fixture.replicator.resume();
  const well = new SmallFilesSource(fixture.clock, fixture.network, 3, [...small.values()], "answers");
  fixture.order(small, [well.address]);
  await drive(fixture.clock, "they are here", () => fixture.installed.size === small.size);
  await fixture.replicator.stop();
});

test("small files that the disk has no room for are given back, and those that fit are copied", async () => {
  const files = smallFiles("f", 16, 60_000);
  const fixture = new ReplicatorFixture({ disk: { ...systemDisk, freeBytes: async () => 256 * 1024 + 500_000 } });
  const well = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], "answers");
  fixture.order(files, [well.address]);
  await drive(fixture.clock, "all are told of", () => fixture.installed.size + fixture.unfetched.length === files.size);
  expect(fixture.installed.size).toBe(8);
  expect(fixture.unfetched.every(({ lasting, reason }) => lasting && reason.includes("no room"))).toBe(true);
  await fixture.replicator.stop();
});

test("small files that are to be on another disk are staged there, beside those that are not", async () => {
  const files = smallFiles("f", 6);
  const other = temporaryFolder();
  const temps = new Map<string, string>();
  const fixture: ReplicatorFixture = new ReplicatorFixture({
    findPlacements: async (names) =>
      names.map((name) => ({ staging: Number(name.slice(1)) % 2 ? other : fixture.staging })),
    install: async (deliveries) => {
      for (const { name, temp } of deliveries) temps.set(name, temp);
      return deliveries.map(() => "installed");
    },
  });
  const well = new SmallFilesSource(fixture.clock, fixture.network, 1, [...files.values()], "answers");
  fixture.order(files, [well.address]);
  await drive(fixture.clock, "all are here", () => temps.size === files.size);
  for (const [name, temp] of temps)
    expect(temp.startsWith(Number(name.slice(1)) % 2 ? other : fixture.staging)).toBe(true);
  await fixture.replicator.stop();
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
  const fixture = new ReplicatorFixture({ disk });
  const file = content(3 * MIB);
  const large = new ScriptedSource(fixture.clock, fixture.network, 1, file, { script: () => "freeze" });
  const files = smallFiles("f", 5);
  const silent = new SmallFilesSource(fixture.clock, fixture.network, 2, [...files.values()], "is silent");
  fixture.order(new Map([["large", file]]), [{ number: 1, ...large.address }]);
  fixture.order(files, [silent.address]);
  await drive(fixture.clock, "both are asked", () => large.asked.length > 0 && silent.requests > 0);
  expect(open.size).toBeGreaterThan(0);
  await driveThrough(fixture.clock, fixture.replicator.stop());
  expect([...open]).toEqual([]);
  expect(fs.readdirSync(fixture.staging).filter((name) => name.startsWith("small-"))).toEqual([]);
  expect(fixture.unfetched).toEqual([]);
});
