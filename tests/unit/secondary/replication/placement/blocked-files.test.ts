import { expect, test } from "bun:test";
import type { Obstacle } from "../../../../../src/secondary/folder/obstacle.ts";
import { BlockedFiles } from "../../../../../src/secondary/replication/placement/blocked-files.ts";
import { drive } from "../../../../support/drive.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

class BlockedFilesFixture {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly cleared: string[] = [];
  /** What is in the way, by name. */
  readonly obstacles = new Map<string, Obstacle>();
  readonly blockedFiles = new BlockedFiles({
    clock: this.clock,
    log: { info() {}, warn: (_event, message) => void this.log.push(String(message)), error() {} },
    obstacleTo: async (name) => this.obstacles.get(name) ?? null,
    unblocked: (names) => void this.cleared.push(...names),
  });

  add(name: string, reason: string): void {
    const obstacle = { reason, lasting: true };
    this.obstacles.set(name, obstacle);
    this.blockedFiles.add(name, 1, obstacle);
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1000);
      await Bun.sleep(0);
    }
  }
}

test("an obstacle is named once, also when its file is ordered again and again", async () => {
  const fixture = new BlockedFilesFixture();
  for (let turn = 0; turn < 5; turn++) {
    fixture.add("a", "a folder stands here in its place");
    await fixture.pass(4);
    fixture.blockedFiles.clear();
  }
  expect(fixture.log).toEqual(["cannot copy a: a folder stands here in its place"]);
  fixture.add("a", "the disk has no room for its 5 MiB");
  expect(fixture.log).toHaveLength(2);
});

test("of very many obstacles the first are named, and the rest is counted elsewhere", () => {
  const fixture = new BlockedFilesFixture();
  for (let index = 0; index < 500; index++) fixture.add(`f${index}`, "the file system is read-only");
  expect(fixture.log).toHaveLength(11);
  expect(fixture.log.at(-1)).toBe("further files cannot be copied, which status counts");
  expect(fixture.blockedFiles.size).toBe(500);
  expect(fixture.blockedFiles.list(2).map(({ name }) => name)).toEqual(["f0", "f1"]);
});

test("a file is asked for again soon after its obstacle is gone, and no timer is left", async () => {
  const fixture = new BlockedFilesFixture();
  fixture.add("a", "x");
  fixture.add("b", "x");
  await fixture.pass(10);
  expect(fixture.cleared).toEqual([]);
  fixture.obstacles.delete("b");
  await drive(fixture.clock, "it is asked for", () => fixture.cleared.length > 0);
  expect(fixture.cleared).toEqual(["b"]);
  fixture.blockedFiles.remove("a");
  await fixture.pass(10);
  expect(fixture.clock.pending).toBe(0);
});

test("a file that fails although nothing is seen in its way is tried less and less often", async () => {
  const fixture = new BlockedFilesFixture();
  const times: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    fixture.blockedFiles.add("a", 1, { reason: `cannot rename it (${turn})`, lasting: true });
    const began = fixture.clock.now();
    await drive(fixture.clock, "it is asked for", () => fixture.cleared.length > turn, 500);
    times.push(fixture.clock.now() - began);
  }
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect(times.at(-1)).toBeGreaterThan(10 * (times[0] ?? 0));
  expect(fixture.log).toHaveLength(3);
});

test("which obstacles were logged is forgotten only when a thousand files are remembered and another comes", () => {
  const fixture = new BlockedFilesFixture();
  const reason = "a folder stands here in its place";
  fixture.add("a", reason);
  fixture.add("b", reason);
  fixture.add("a", reason);
  expect(fixture.log).toHaveLength(2);
  for (let index = 0; index < 998; index++) fixture.add(`f${index}`, reason);
  fixture.blockedFiles.clear();
  fixture.log.length = 0;
  fixture.add("a", reason);
  expect(fixture.log).toEqual([]);
  fixture.add("new", reason);
  fixture.add("a", reason);
  expect(fixture.log.map((line) => line.split(":")[0])).toEqual(["cannot copy new", "cannot copy a"]);
});

test("a file is tried again at the first check, and then after twice the time", async () => {
  const times: number[] = [];
  const clock = new FakeClock();
  const log = { info() {}, warn() {}, error() {} };
  const blockedFiles: BlockedFiles = new BlockedFiles({
    clock,
    log,
    obstacleTo: async () => null,
    unblocked: (names) => {
      times.push(clock.now());
      for (const name of names) blockedFiles.add(name, 1, { reason: "EIO", lasting: true });
    },
  });
  const began = clock.now();
  blockedFiles.add("a", 1, { reason: "EIO", lasting: true });
  for (let turn = 0; turn < 8; turn++) {
    clock.advance(3000);
    await Bun.sleep(0);
  }
  expect(times.map((time) => time - began)).toEqual([3000, 6000, 15_000]);
});

test("a check that takes long is not begun twice, and one that finds all as it was says nothing", async () => {
  const clock = new FakeClock();
  const answers = Promise.withResolvers<{ reason: string; lasting: boolean }>();
  let checks = 0;
  let calls = 0;
  const blockedFiles = new BlockedFiles({
    clock,
    log: { info() {}, warn() {}, error() {} },
    obstacleTo: () => {
      checks += 1;
      return answers.promise;
    },
    unblocked: () => {
      calls += 1;
    },
  });
  blockedFiles.add("a", 1, { reason: "x", lasting: true });
  clock.advance(3000);
  clock.advance(3000);
  expect(checks).toBe(1);
  answers.resolve({ reason: "x", lasting: true });
  await Bun.sleep(0);
  clock.advance(3000);
  await Bun.sleep(0);
  expect([checks, calls, blockedFiles.size]).toEqual([2, 0, 1]);
});
