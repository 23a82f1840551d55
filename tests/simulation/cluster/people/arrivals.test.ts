import { afterEach, beforeEach, expect, test } from "bun:test";
import { Arrivals } from "./arrivals.ts";
import { FolderFixture } from "./folder-fixture.ts";

let folder: FolderFixture;
let arrivals: Arrivals;
/** A content that was removed from the folder, and is kept. */
let old: string;

beforeEach(() => {
  folder = new FolderFixture();
  arrivals = new Arrivals([folder.secondary], folder.users);
  old = folder.put("film");
  folder.keep("film", "removed");
});
afterEach(() => folder.release());

/** What each edit that put the old content under the name took the place of. */
function replacedByOld(): (string | null)[] {
  return folder.users.versions.edits.of("film", old).map(({ over }) => over);
}

test("what is put while the command is on its way is what the restored file takes the place of", () => {
  folder.put("film");
  arrivals.ask("film", old);
  const later = folder.put("film");
  folder.link("film", "replaced");
  expect(replacedByOld()).toEqual([null]);
  folder.restore("film", "removed");
  expect(replacedByOld()).toEqual([null, later]);
  expect(folder.users.versions.edits.cameAfter("film", old, later)).toBe(true);
});

test("where there are no hard links it takes the place of the file that is moved away before", () => {
  const later = folder.put("film");
  arrivals.ask("film", old);
  folder.keep("film", "replaced");
  folder.restore("film", "removed");
  expect(replacedByOld()).toEqual([null, later]);
});

test("a kept file that comes back without anybody asking for it is no edit, nor is a copy", () => {
  arrivals.ask("film", folder.put("film"));
  folder.restore("film", "removed");
  arrivals.ask("film", old);
  folder.put("film");
  folder.copy("film", old);
  expect(replacedByOld()).toEqual([null]);
});

test("a file that was removed, and is the same as one that was deleted before, is put there once more", () => {
  // The program copies back what somebody has deleted.
  folder.restore("film", "removed");
  folder.link("film", "removed");
  folder.users.delete(folder.secondary, "film");
  folder.restore("film", "removed");
  folder.keep("film", "removed");
  arrivals.ask("film", old);
  folder.restore("film", "removed");
  expect(replacedByOld()).toEqual([null, null]);
});

test("and so is one of which the program kept a second copy when it removed it", () => {
  folder.restore("film", "removed");
  folder.link("film", "removed");
  folder.remove("film");
  arrivals.ask("film", old);
  folder.restore("film", "removed");
  expect(replacedByOld()).toEqual([null, null]);
});

test("a restored file does not come after what a copy took the place of, where that copy was removed", () => {
  const other = folder.put("other");
  folder.put("film");
  folder.copy("film", other);
  folder.remove("film");
  arrivals.ask("film", old);
  folder.restore("film", "removed");
  expect(replacedByOld()).toEqual([null, null]);
});

test("a file that somebody has deleted is what comes before the next one, restored or put", () => {
  const later = folder.put("film");
  folder.users.delete(folder.secondary, "film");
  arrivals.ask("film", old);
  folder.restore("film", "removed");
  expect(replacedByOld()).toEqual([null, later]);
  folder.users.delete(folder.secondary, "film");
  expect(folder.users.versions.edits.cameAfter("film", folder.put("film"), old)).toBe(true);
});

test("what a client sends where the same stands is put again: a removal that has not arrived does not mean that", () => {
  const { versions } = folder.users;
  const there = folder.put("other");
  versions.beginRemoval("other", there);
  expect(versions.edits.isExpected("other", there)).toBe(false);
  folder.secondary.onSent("other");
  expect(versions.edits.isExpected("other", there)).toBe(true);
});
