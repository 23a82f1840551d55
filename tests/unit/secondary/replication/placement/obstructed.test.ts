import { expect, test } from "bun:test";
import type { Obstacle } from "../../../../../src/secondary/folder/obstacle.ts";
import { Obstructed } from "../../../../../src/secondary/replication/placement/obstructed.ts";
import { drive } from "../../../../support/drive.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

class Stage {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly cleared: string[] = [];
  /** What is in the way, by name. */
  readonly obstacles = new Map<string, Obstacle>();
  readonly obstructed = new Obstructed({
    clock: this.clock,
    log: { info() {}, warn: (_event, message) => void this.log.push(message), error() {} },
    obstacleTo: async (name) => this.obstacles.get(name) ?? null,
    cleared: (names) => void this.cleared.push(...names),
  });

  add(name: string, reason: string): void {
    const obstacle = { reason, lasting: true };
    this.obstacles.set(name, obstacle);
    this.obstructed.add(name, 1, obstacle);
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advance(1000);
      await Bun.sleep(0);
    }
  }
}

test("an obstacle is named once, also when its file is ordered again and again", async () => {
  const stage = new Stage();
  for (let turn = 0; turn < 5; turn++) {
    stage.add("a", "a folder stands here in its place");
    await stage.pass(4);
    stage.obstructed.forget();
  }
  expect(stage.log).toEqual(["cannot copy a: a folder stands here in its place"]);
  stage.add("a", "the disk has no room for its 5 MiB");
  expect(stage.log).toHaveLength(2);
});

test("of very many obstacles the first are named, and the rest is counted elsewhere", () => {
  const stage = new Stage();
  for (let index = 0; index < 500; index++) stage.add(`f${index}`, "the file system is read-only");
  expect(stage.log).toHaveLength(11);
  expect(stage.log.at(-1)).toBe("further files cannot be copied, which status counts");
  expect(stage.obstructed.size).toBe(500);
  expect(stage.obstructed.list(2).map(({ name }) => name)).toEqual(["f0", "f1"]);
});

test("a file is asked for again soon after its obstacle is gone, and no timer is left", async () => {
  const stage = new Stage();
  stage.add("a", "x");
  stage.add("b", "x");
  await stage.pass(10);
  expect(stage.cleared).toEqual([]);
  stage.obstacles.delete("b");
  await drive(stage.clock, "it is asked for", () => stage.cleared.length > 0);
  expect(stage.cleared).toEqual(["b"]);
  stage.obstructed.drop("a");
  await stage.pass(10);
  expect(stage.clock.pending).toBe(0);
});

test("a file that fails although nothing is seen in its way is tried less and less often", async () => {
  const stage = new Stage();
  const times: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    stage.obstructed.add("a", 1, { reason: `cannot rename it (${turn})`, lasting: true });
    const began = stage.clock.now();
    await drive(stage.clock, "it is asked for", () => stage.cleared.length > turn, 500);
    times.push(stage.clock.now() - began);
  }
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect(times.at(-1)).toBeGreaterThan(10 * (times[0] ?? 0));
  expect(stage.log).toHaveLength(3);
});
