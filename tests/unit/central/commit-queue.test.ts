import { expect, test } from "bun:test";
import { CommitQueue } from "../../../src/central/commit-queue.ts";
import type { Effect } from "../../../src/central/registry/effect.ts";
import { driveThrough } from "../../support/drive.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function queueFixture() {
  const clock = new FakeClock();
  const done: string[] = [];
  const errors: string[] = [];
  const log = { error: (_event: string, message: string) => void errors.push(String(message)) };
  const carryOut = (effects: readonly Effect[]) => {
    for (const effect of effects) if (effect.kind === "sources-changed") done.push(effect.name);
  };
  return { clock, done, errors, queue: new CommitQueue({ clock, log, execute: carryOut }) };
}

const effect = (name: string): Effect[] => [{ kind: "sources-changed", name }];

test("decisions are carried out in their order, though the first one cannot be stored for a while", async () => {
  const { clock, done, errors, queue } = queueFixture();
  let full = 3;
  const stored: string[] = [];
  const first = async () => {
    full -= 1;
    if (full > 0) throw new Error("database or disk is full");
    stored.push("first");
  };
  void queue.commit(first, effect("first"));
  const all = queue.commit(async () => void stored.push("second"), effect("second"));
  expect(queue.busy).toBe(true);
  await Bun.sleep(1);
  expect([done, stored]).toEqual([[], []]);
  await driveThrough(clock, all);
  expect([done, stored]).toEqual([
    ["first", "second"],
    ["first", "second"],
  ]);
  expect(errors).toHaveLength(2);
  expect(errors[0]).toContain("database or disk is full");
  expect(queue.busy).toBe(false);
});

test("nothing is tried or carried out after the stop", async () => {
  const { clock, done, queue } = queueFixture();
  let tries = 0;
  const over = queue.commit(async () => {
    tries += 1;
    throw new Error("full");
  }, effect("never"));
  await Bun.sleep(1);
  queue.stop();
  // At once, and nothing is left of its wait.
  await over;
  expect([done, tries, clock.pending]).toEqual([[], 1, 0]);
});
