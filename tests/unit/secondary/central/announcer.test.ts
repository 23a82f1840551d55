import { expect, test } from "bun:test";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import { FileAnnouncer } from "../../../../src/secondary/central/announcer.ts";
import { held } from "../../central/fixtures.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => held(`f${index}`, "1"));

function drain(announcer: FileAnnouncer) {
  const batches = [];
  for (let batch = announcer.next(); batch; batch = announcer.next()) batches.push(batch);
  return batches;
}

test("an empty folder is announced too, once in a session", () => {
  const announcer = new FileAnnouncer();
  expect(announcer.next()).toBeNull();
  announcer.reset([]);
  expect(drain(announcer)).toEqual([{ type: "announce", batch: 1, files: [], gone: [], complete: true }]);
  announcer.batchReviewed(1);
  expect(drain(announcer)).toEqual([]);
});

test("a large folder goes in batches, four on their way, the last one complete", () => {
  const announcer = new FileAnnouncer();
  announcer.reset(many(5 * MAX_BATCH + 1));
  const first = drain(announcer);
  expect(first.map(({ files, complete }) => [files.length, complete])).toEqual(Array(4).fill([MAX_BATCH, false]));
  announcer.batchReviewed(first[0]?.batch ?? 0);
  announcer.batchReviewed(first[0]?.batch ?? 0);
  expect(drain(announcer).map(({ files, complete }) => [files.length, complete])).toEqual([[MAX_BATCH, false]]);
  for (const { batch } of first) announcer.batchReviewed(batch);
  expect(drain(announcer).map(({ files, complete }) => [files.length, complete])).toEqual([[1, true]]);
});

test("a name is said as it is now, and what is gone counts into the batch", () => {
  const announcer = new FileAnnouncer();
  announcer.reset([held("f", "1"), held("g", "1")]);
  announcer.gone("f");
  announcer.present(held("g", "2"));
  announcer.gone("h");
  announcer.present(held("h", "1"));
  const [batch] = drain(announcer);
  expect(batch?.gone).toEqual(["f"]);
  expect(batch?.files).toEqual([held("g", "2"), held("h", "1")]);
  for (let index = 0; index < MAX_BATCH + 1; index += 1) announcer.gone(`f${index}`);
  expect(drain(announcer).map(({ gone }) => gone.length)).toEqual([MAX_BATCH, 1]);
});

test("a new session begins from nothing", () => {
  const announcer = new FileAnnouncer();
  announcer.reset(many(5 * MAX_BATCH));
  const last = Math.max(...drain(announcer).map(({ batch }) => batch));
  announcer.gone("f0");
  announcer.reset([held("f", "1")]);
  const batches = drain(announcer);
  expect(batches).toEqual([{ type: "announce", batch: last + 1, files: [held("f", "1")], gone: [], complete: true }]);
});

test("files are looked at only when they are sent, and what changes meanwhile is said once, as it is then", () => {
  let looked = 0;
  function* files() {
    for (const file of many(6 * MAX_BATCH)) {
      looked += 1;
      yield file;
    }
  }
  const announcer = new FileAnnouncer();
  announcer.reset(files());
  const said = drain(announcer);
  expect(looked).toBe(4 * MAX_BATCH + 1);
  announcer.present(held(`f${4 * MAX_BATCH}`, "2"));
  announcer.gone(`f${5 * MAX_BATCH}`);
  announcer.present(held("new", "1"));
  announcer.gone("f0");
  for (const { batch } of said) announcer.batchReviewed(batch);
  const rest = drain(announcer);
  expect(rest.map(({ complete }) => complete)).toEqual([false, false, true]);
  expect(rest.flatMap(({ gone }) => gone)).toEqual([`f${5 * MAX_BATCH}`, "f0"]);
  const names = rest.flatMap(({ files: some }) => some.map(({ name }) => name));
  expect(names.length).toBe(2 * MAX_BATCH - 2 + 2);
  expect(new Set(names).size).toBe(names.length);
  expect(rest[0]?.files.slice(0, 2)).toEqual([held(`f${4 * MAX_BATCH}`, "2"), held("new", "1")]);
});
