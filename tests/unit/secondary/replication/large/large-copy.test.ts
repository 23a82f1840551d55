import { expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import { drive } from "../../../../support/drive.ts";
import { content, contentOf } from "../../../transfer/content.ts";
import { ScriptedSource } from "../../../transfer/scripted-source.ts";
import { ReplicatorFixture } from "../replicator-fixture.ts";

test("a large file that no source gives is given back, to be ordered again soon", async () => {
  const fixture = new ReplicatorFixture();
  fixture.order(new Map([["film", content(3 * MIB)]]), [{ number: 1, host: "s1", port: 50_001 }]);
  await drive(fixture.clock, "it is given back", () => fixture.unfetched.length > 0, 500);
  expect(fixture.unfetched).toMatchObject([{ name: "film", lasting: false }]);
  await fixture.replicator.stop();
});

test("the log has one line about a large file: the copy's own, with its speed", async () => {
  const logged: boolean[] = [];
  const fixture = new ReplicatorFixture({
    install: async (files, logCopied) => {
      logged.push(logCopied);
      return files.map(() => "installed");
    },
  });
  const film = content(3 * MIB);
  const source = new ScriptedSource(fixture.clock, fixture.network, 1, film);
  fixture.order(new Map([["film", film]]), [{ number: 1, ...source.address }]);
  const copied = () => fixture.log.filter((line) => line.startsWith("copied film: 3.0 MiB in "));
  const began = fixture.clock.now();
  await drive(fixture.clock, "it is here", () => copied().length > 0);
  const seconds = (fixture.clock.now() - began) / 1000;
  const [, rate] = /, ([\d.]+) MiB\/s$/.exec(copied()[0] ?? "") ?? [];
  expect(Number(rate)).toBeGreaterThanOrEqual(Math.floor(3 / seconds));
  expect([copied().length, logged]).toEqual([1, [false]]);
  await fixture.replicator.stop();
});

test("a new version of a file has its pieces from the older one where they are the same, and others from here meanwhile", async () => {
  const film = content(9 * MIB);
  const bytes = Buffer.from(film.bytes);
  bytes.fill(7, 4 * MIB, 5 * MIB + 1);
  const older = contentOf(bytes);
  const fixture = new ReplicatorFixture({
    content: {
      has: () => false,
      sources: async () => [],
      reportMismatch: async () => {},
      older: async (name) => ({
        path: `${fixture.root}/${name}`,
        reach: "any",
        size: older.version.size,
        read: { cutAs: older.version.size, hashes: older.hashes },
      }),
    },
  });
  fs.writeFileSync(`${fixture.root}/film`, older.bytes);
  const source = new ScriptedSource(fixture.clock, fixture.network, 1, film);
  fixture.order(new Map([["film", film]]), [{ number: 1, ...source.address }]);
  await drive(fixture.clock, "it is here", () => fixture.installed.size > 0);
  expect(fixture.installed.get("film")?.equals(film.bytes)).toBe(true);
  expect(source.asked.sort()).toEqual([4, 5]);
  expect(fixture.servedPieces.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  await drive(fixture.clock, "the log says so", () =>
    fixture.log.some((line) => line.includes("from the older version")),
  );
  expect(fixture.log.at(-1)).toContain("9.0 MiB in ");
  expect(fixture.log.at(-1)).toContain(", 7.0 MiB of it from the older version, ");
  await fixture.replicator.stop();
});

test("a new version is fetched whole where the store cannot say what the older one is", async () => {
  const film = content(9 * MIB);
  const fixture = new ReplicatorFixture({
    content: {
      has: () => false,
      sources: async () => [],
      reportMismatch: async () => {},
      older: () => Promise.reject(new Error("the database is locked")),
    },
  });
  const source = new ScriptedSource(fixture.clock, fixture.network, 1, film);
  fixture.order(new Map([["film", film]]), [{ number: 1, ...source.address }]);
  await drive(fixture.clock, "it is here", () => fixture.installed.size > 0);
  expect([source.asked.length, fixture.unfetched]).toEqual([9, []]);
  await fixture.replicator.stop();
});

test.each([
  ["full", 0],
  ["other", 1],
] as const)(
  "what has come to a disk that fails (%s) makes room for others only where it is full",
  async (failure, parts) => {
    const sync = async () => {
      throw new DiskError(failure, "film", "it fails");
    };
    const fixture = new ReplicatorFixture({ disk: { ...systemDisk, sync } });
    const film = content(3 * MIB);
    const source = new ScriptedSource(fixture.clock, fixture.network, 1, film);
    fixture.order(new Map([["film", film]]), [{ number: 1, ...source.address }]);
    await drive(fixture.clock, "it is given back", () => fixture.unfetched.length > 0);
    expect(fs.readdirSync(fixture.staging).filter((name) => name.endsWith(".part"))).toHaveLength(parts);
    await fixture.replicator.stop();
  },
);
