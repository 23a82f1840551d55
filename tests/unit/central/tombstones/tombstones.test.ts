import { expect, test } from "bun:test";
import { MAX_TOMBSTONES, type Tombstone } from "../../../../src/central/tombstones/tombstone.ts";
import { Tombstones } from "../../../../src/central/tombstones/tombstones.ts";

function tombstone(serial: number, name: string): Tombstone {
  return { serial, name, id: `${serial}`, vector: "", edits: "", others: [], putAgain: null, moved: null };
}

const after = (tombstones: Tombstones, serial: number, limit = 100) =>
  tombstones.after(serial, limit).map((each) => each.serial);

test("the last one of each name counts, and those that are void do not", () => {
  const tombstones = new Tombstones([tombstone(1, "f"), tombstone(2, "g"), tombstone(5, "f"), tombstone(7, "h")]);
  expect(tombstones.get("f")?.serial).toBe(5);
  expect([after(tombstones, 0), after(tombstones, 2), after(tombstones, 5), after(tombstones, 7)]).toEqual([
    [2, 5, 7],
    [5, 7],
    [7],
    [],
  ]);
  expect(after(tombstones, 0, 2)).toEqual([2, 5]);
  tombstones.replace({ ...tombstone(5, "f"), putAgain: ["6"] });
  expect(tombstones.get("f")?.putAgain).toEqual(["6"]);
  expect(after(tombstones, 0)).toEqual([2, 7]);
  // Void ones of an earlier run.
  expect(after(new Tombstones([tombstone(1, "f"), { ...tombstone(2, "g"), putAgain: [] }]), 0)).toEqual([1]);
});

test("a name that is removed again and again takes the room of one", () => {
  const tombstones = new Tombstones([tombstone(1, "g")]);
  for (let serial = 2; serial < 100; serial += 1) tombstones.add(tombstone(serial, "f"));
  expect(after(tombstones, 0)).toEqual([1, 99]);
});

test("of too many the oldest are dropped", () => {
  const tombstones = new Tombstones([]);
  for (let serial = 1; serial <= MAX_TOMBSTONES + 2; serial += 1) tombstones.add(tombstone(serial, `f${serial}`));
  expect([1, 2, 3].map((serial) => tombstones.get(`f${serial}`)?.serial)).toEqual([undefined, undefined, 3]);
  expect(after(tombstones, 0, 1)).toEqual([3]);
});
