import { expect, test } from "bun:test";
import { MAX_NAMES_PER_ADVANCE, type Registry } from "../../../../src/central/registry/registry.ts";
import { held, id, join, newRegistry } from "../fixtures.ts";

const names = (registry: Registry) => [...registry.catalogue.after(null)].map(({ name }) => name);
const numbers = (registry: Registry) => registry.secondaries.sorted().map(({ number }) => number);

test("what a forgotten secondary alone held leaves the list, and what others hold or remember stays", () => {
  const registry = newRegistry();
  join(registry, 1, [held("own", "1"), held("shared", "2"), held("remembered", "3")]);
  join(registry, 2, [held("shared", "2")]);
  join(registry, 3, [held("remembered", "3")]);
  for (const number of [1, 3]) registry.secondaryLost(number, 0);
  expect([registry.forget(2), registry.forget(9), registry.forget(1)]).toEqual([false, false, true]);
  const { effects, unfinished } = registry.advance(0);
  expect([names(registry), numbers(registry), unfinished]).toEqual([["remembered", "shared"], [2, 3], false]);
  expect(registry.catalogue.bytes).toBe(20);
  const events = effects.flatMap((effect) => (effect.kind === "file-event" ? [[effect.what, effect.name]] : []));
  expect(events).toEqual([["lost", "own"]]);
});

test("a newer version that is gone with it gives way to the one that somebody holds", () => {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1")]);
  const vector = registry.catalogue.get("f")?.vector ?? "";
  join(registry, 2, [held("f", "1", { vector, changed: false })]);
  registry.announce(1, 2, [held("f", "2", { vector, changed: true })], [], true, 0);
  expect(registry.catalogue.get("f")?.id).toBe(id("2"));
  registry.secondaryLost(1, 0);
  registry.forget(1);
  registry.advance(0);
  expect(registry.catalogue.get("f")?.id).toBe(id("1"));
});

test("one that comes back while it is being forgotten is there again, with what it announces", () => {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1")]);
  registry.secondaryLost(1, 0);
  expect(registry.forget(1)).toBe(true);
  join(registry, 1, [held("f", "1")]);
  registry.advance(0);
  expect([names(registry), numbers(registry)]).toEqual([["f"], [1]]);
});

test("very many names are forgotten some at a time", () => {
  const registry = newRegistry();
  const files = Array.from({ length: 2 * MAX_NAMES_PER_ADVANCE + 5 }, (_, index) => held(`f${index}`, "1"));
  join(registry, 1, files);
  registry.secondaryLost(1, 0);
  registry.forget(1);
  const left = [1, 2, 3].map(() => [registry.advance(0).unfinished, registry.catalogue.size, numbers(registry).length]);
  expect(left).toEqual([
    [true, MAX_NAMES_PER_ADVANCE + 5, 1],
    [true, 5, 1],
    [false, 0, 0],
  ]);
});
