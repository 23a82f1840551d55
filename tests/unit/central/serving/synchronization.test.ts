import { expect, test } from "bun:test";
import { MAX_NAMES_PER_ADVANCE } from "../../../../src/central/registry/registry.ts";
import { missingText } from "../../../../src/central/serving/missing-text.ts";
import { missingForSync } from "../../../../src/central/serving/synchronization.ts";
import { first, held, join, newRegistry } from "../fixtures.ts";

const COMPARED = "what the secondaries hold is still being compared";

test("of very many secondaries that have still to announce their files the first are named", () => {
  const registry = newRegistry();
  for (let number = 1; number <= 10; number += 1) {
    registry.register({ number, instance: "", host: "h", port: number, removal: 0, http: null });
  }
  const text = "has not told all that it holds yet";
  expect(missingText(missingForSync(registry, 10))).toBe(`secondary 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ${text}`);
  registry.register({ number: 11, instance: "", host: "h", port: 11, removal: 0, http: null });
  expect(missingText(missingForSync(registry, 10))).toBe(`secondary 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and others ${text}`);
});

test("a secondary that has still to remove a file is not in step", () => {
  const registry = newRegistry();
  join(registry, 1, [first]);
  expect(missingText(missingForSync(registry, 1))).toBeNull();
  registry.remove("f", 1);
  expect(missingText(missingForSync(registry, 1))).toBe(COMPARED);
  registry.announce(1, 2, [], ["f"], true, 0);
  expect(missingText(missingForSync(registry, 1))).toBeNull();
});

test("a secondary that has come back without thousands of its files is in step once these are forgotten", () => {
  const registry = newRegistry();
  const many = Array.from({ length: MAX_NAMES_PER_ADVANCE + 1 }, (_, index) => held(`f${index}`, "1"));
  join(registry, 1, many);
  registry.secondaryLost(1, 0);
  registry.register({ number: 1, instance: "new", host: "h", port: 1, removal: 0, http: null });
  registry.announce(1, 1, [], [], true, 0);
  registry.advance(0);
  expect(registry.catalogue.size).toBe(1);
  expect(missingText(missingForSync(registry, 1))).toBe(COMPARED);
  registry.advance(0);
  expect(registry.catalogue.size).toBe(0);
  expect(missingText(missingForSync(registry, 1))).toBeNull();
});
