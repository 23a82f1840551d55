import { afterEach, beforeEach, expect, test } from "bun:test";
import { FailureFixture } from "./failure-fixture.ts";

let run: FailureFixture;
beforeEach(() => {
  run = new FailureFixture();
});
afterEach(() => run.release());

test("a copy that has failed waits for its next try, also when what was wrong is over", () => {
  const said = (text = "1 copy of files still to be made") => run.lie(run.begin({ startedAt: 0, waitMs: 6000 }), text);
  const lie = "nothing was wrong with any server for long, and nobody did anything";
  run.passes(40_000);
  run.happens("kill a server", { server: 2, downMs: 100 });
  run.central(run.id, "1 copy of files still to be made");
  run.copies.set(1, { pendingCount: 1, orderedCount: 0 });
  run.passes(65_000);
  expect(said()).toBeNull();
  expect(said("what the secondaries hold is still being compared")).toBe(lie);
  run.copies.set(1, { pendingCount: 1, orderedCount: 1 });
  run.passes(100);
  expect(said()).toBe(lie);
  run.copies.set(1, { pendingCount: 1, orderedCount: 0 });
  run.passes(400_000);
  expect(said()).toBe(lie);
});

test("a copy that is under way comes within a minute of what was wrong last", () => {
  const said = (text = "1 copy of files still to be made") => run.lie(run.begin({ startedAt: 0, waitMs: 6000 }), text);
  const lie = "nothing was wrong with any server for long, and nobody did anything";
  run.passes(40_000);
  run.happens("kill a server", { server: 2, downMs: 100 });
  run.central(run.id, "1 copy of files still to be made");
  run.copies.set(1, { pendingCount: 1, orderedCount: 1 });
  run.passes(45_000);
  expect(said()).toBeNull();
  expect(said("what the secondaries hold is still being compared")).toBe(lie);
  run.passes(20_000);
  expect(said()).toBe(lie);
});
