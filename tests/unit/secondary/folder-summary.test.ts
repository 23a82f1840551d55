import { beforeEach, expect, test } from "bun:test";
import { FileSummaries } from "../../../src/platform/log/file-summary.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { CHANGED } from "../../../src/secondary/folder/obstacle.ts";
import { FolderSummary, MAX_VANISHED } from "../../../src/secondary/folder-summary.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { IndexFixture } from "./index-fixture.ts";

let lines: string[];
let clock: FakeClock;
let fixture: IndexFixture;
let summary: FolderSummary;
let repaired: string;
let kept: boolean;

beforeEach(async () => {
  [lines, repaired, kept] = [[], "", true];
  clock = new FakeClock();
  const note = (event: string, text: string) => void lines.push(`${event}: ${text}`);
  const log: Log = { info: note, warn: note, error: note };
  fixture = new IndexFixture();
  summary = new FolderSummary({
    summary: new FileSummaries(clock, log),
    index: fixture.index,
    isKept: () => kept,
    isRepairing: (name) => name === repaired,
  });
  fixture.index.listen((changes) => summary.changed(changes));
  fixture.write("film", "one");
  await fixture.start();
  await fixture.agree();
  summary.initialScanDone();
});

function logLines(): string[] {
  clock.advance(2000);
  return lines.splice(0);
}

async function install(name: string, content: string, alone = true): Promise<void> {
  const staged = fixture.stage(name, content);
  await summary.duringInstall([staged], alone, () => fixture.index.install([staged]));
}

test("what the first scan finds is not reported, what comes later is", async () => {
  expect(logLines()).toEqual([]);
  fixture.write("new", "new");
  await fixture.untilHolds("new", "new");
  expect(logLines()).toEqual(["found: found new, which is new or changed: 3 B"]);
  await fixture.index.stop();
});

test("copies are reported by name: new ones, and what they replace", async () => {
  await install("new", "new");
  await install("large", "large", false);
  await install("film", "two");
  expect(logLines()).toEqual(["copied: copied new: 3 B", "replaced: replaced film: 3 B; the version before is kept"]);
  await fixture.index.stop();
});

test("what could not be kept is not called kept, be it one file or many", async () => {
  kept = false;
  await install("film", "two");
  expect(logLines()).toEqual(["replaced: replaced film: 3 B"]);
  for (const name of ["a", "b", "c", "d"]) {
    await install(name, "one");
    await install(name, "two", false);
  }
  expect(logLines().at(-1)).toBe("replaced: replaced 4 files: a, b, c, d");
  await fixture.index.stop();
});

test("what is excluded from now on did not vanish", async () => {
  summary.changed([{ kind: "gone", name: "film", excluded: true }]);
  expect(logLines()).toEqual([]);
  await fixture.index.stop();
});

test("what is refused is never called copied", async () => {
  await summary.duringInstall([fixture.stage("film", "two")], true, async () => [CHANGED]);
  expect(logLines()).toEqual([]);
  await fixture.index.stop();
});

test("a file that vanished is reported, and that it is copied back", async () => {
  const { unlinkSync } = await import("node:fs");
  unlinkSync(fixture.path("film"));
  await fixture.untilHolds("film", null);
  expect(logLines()).toEqual(["vanished: film vanished from the shared folder"]);
  await install("film", "one");
  expect(logLines()).toEqual(["copied-back: copied back film: 3 B"]);
  await fixture.index.stop();
});

test("what goes by order, or for a repair, did not vanish", async () => {
  await fixture.agree();
  await install("other", "x");
  logLines();
  await summary.duringOrder(["film"], () => fixture.remove("film", "one"));
  summary.removed("film");
  expect(logLines()).toEqual(["removed: removed film, as ordered by the central"]);
  repaired = "other";
  summary.changed([{ kind: "gone", name: "other", excluded: false }]);
  expect(logLines()).toEqual([]);
  await fixture.index.stop();
});

test("so many vanished files are remembered; of those before them the log does not say that they are back", async () => {
  const names = Array.from({ length: MAX_VANISHED + 1 }, (_, index) => `f${index}`);
  summary.changed(names.map((name) => ({ kind: "gone", name, excluded: false })));
  logLines();
  await install("f0", "one");
  await install("f1", "one");
  expect(logLines()).toEqual(["copied: copied f0: 3 B", "copied-back: copied back f1: 3 B"]);
  await fixture.index.stop();
});
