import { expect, test } from "bun:test";
import { ForgetOperation } from "../../../../src/central/operations/forget-operation.ts";
import { held, join, newRegistry } from "../fixtures.ts";

test("what is lost is forgotten, with its figures and a line in the log; what is connected is not", () => {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1")]);
  const done: string[] = [];
  const operation = new ForgetOperation({
    registry,
    driver: { orderSoon: () => void done.push("goes on") },
    figures: { remove: (number) => void done.push(`figures of ${number}`) },
    known: { forgotten: (number) => void done.push(`stored without ${number}`) },
    log: { info: (event, text) => void done.push(`${event}: ${text}`) },
  });
  expect([operation.forget(2, "ana"), operation.forget(1, "ana"), done]).toEqual(["unknown", "connected", []]);
  registry.secondaryLost(1, 0);
  expect(operation.forget(1, "ana")).toBe("forgotten");
  expect(done).toEqual([
    "figures of 1",
    "stored without 1",
    "forgotten: ana has secondary 1 forgotten, which held 1 file",
    "goes on",
  ]);
  registry.advance(0);
  expect(operation.forget(1, "ana")).toBe("unknown");
});
