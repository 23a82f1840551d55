import { expect, test } from "bun:test";
import { UsageError } from "../../../../src/cli/flags/check-arguments.ts";
import { Values } from "../../../../src/cli/flags/values.ts";
import { operand } from "../../../../src/cli/key/operand.ts";

const given = (...operands: string[]) => new Values(new Map(), { _: operands }, "redes key show");

test("there is one, no more and no less", () => {
  expect(operand(given("a"), "FILE", "give a file")).toBe("a");
  for (const none of [given(), given("")]) {
    expect(() => operand(none, "FILE", "give a file")).toThrow(new UsageError("FILE is missing: give a file"));
  }
  expect(() => operand(given("a", "b"), "FILE", "give a file")).toThrow(
    new UsageError("unexpected argument b: there is one FILE only"),
  );
});
