import { expect, test } from "bun:test";
import { missingForSync } from "../../../src/central/synchronization.ts";
import { newRegistry } from "./fixtures.ts";

test("of very many secondaries that have still to announce their files the first are named", () => {
  const registry = newRegistry();
  for (let number = 1; number <= 10; number += 1) {
    registry.register({ number, instance: "", host: "h", port: number, removal: 0 });
  }
  const text = "has not told all that it holds yet";
  expect(missingForSync(registry, 10)).toBe(`secondary 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ${text}`);
  registry.register({ number: 11, instance: "", host: "h", port: 11, removal: 0 });
  expect(missingForSync(registry, 10)).toBe(`secondary 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and others ${text}`);
});
