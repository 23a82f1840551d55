import { afterEach, beforeEach, expect, test } from "bun:test";
import { SeededRandom } from "../../world/random.ts";
import { FolderFaults } from "./folder-faults.ts";
import { FolderFixture } from "./folder-fixture.ts";
import type { Users } from "./users.ts";

let folder: FolderFixture;
let users: Users;
beforeEach(() => {
  folder = new FolderFixture();
  users = folder.users;
});
afterEach(() => folder.release());

/** A bit of a file flips; gives the id that it has since. */
function damage(name: string): string {
  new FolderFaults(users).flipBit(folder.secondary, name, new SeededRandom(1));
  return users.filesOf(folder.secondary).idOf(name) ?? "";
}

test("what is put over a damaged file comes after the file as it was, and after the damaged one", () => {
  const whole = folder.put("film");
  const damaged = damage("film");
  const next = folder.put("film");
  expect(damaged).not.toBe(whole);
  expect(users.versions.edits.of("film", next).map(({ over }) => over)).toEqual([whole]);
  expect([whole, damaged].map((id) => users.versions.edits.cameAfter("film", next, id))).toEqual([true, true]);
});

test("what is put over a damaged file that was renamed comes after the damaged one, which alone had that name", () => {
  folder.put("film");
  const damaged = damage("film");
  users.rename(folder.secondary, "film", "copy");
  const next = folder.put("copy");
  expect(users.versions.edits.cameAfter("copy", next, damaged)).toBe(true);
});

test("a file that is damaged twice is the damage of what it was, and of what it was in between", () => {
  const whole = folder.put("film");
  const once = damage("film");
  users.rename(folder.secondary, "film", "copy");
  new FolderFaults(users).flipBit(folder.secondary, "copy", new SeededRandom(2));
  const twice = users.filesOf(folder.secondary).idOf("copy") ?? "";
  expect([whole, once, twice].map((id) => users.versions.isDamageOf(twice, id))).toEqual([true, true, true]);
  expect(users.versions.isDamageOf(once, twice)).toBe(false);
  expect(users.versions.intendedId(twice)).toBe(whole);
});

test("what is put where somebody has deleted a file comes after that, unless the program put something there since", () => {
  const first = folder.put("film");
  users.delete(folder.secondary, "film");
  expect(users.versions.edits.cameAfter("film", folder.put("film"), first)).toBe(true);
  folder.remove("film");
  expect(users.versions.edits.cameAfter("film", folder.put("film"), first)).toBe(false);
  const last = folder.put("film");
  users.delete(folder.secondary, "film");
  users.versions.filled(folder.secondary, "film");
  expect(users.versions.edits.cameAfter("film", folder.put("film"), last)).toBe(false);
});

test("to a secondary that knows nothing of its folder a content that was removed is no edit, and another one is", () => {
  const [removed, other] = [folder.put("film"), folder.put("other")];
  users.versions.beginRemoval("film", removed).doneAt = folder.sim.now;
  folder.remove("film");
  const putBack = (id: string) => {
    users.put(folder.secondary, "film", users.contents.known.get(id)?.bytes ?? new Uint8Array(0), "by rename");
    return users.versions.edits.isExpected("film", id);
  };
  expect(putBack(removed)).toBe(false);
  folder.remove("film");
  expect(putBack(other)).toBe(true);
});
