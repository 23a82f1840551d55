import { expect, test } from "bun:test";
import { redes } from "../../../../src/cli/commands.ts";
import { findCommand } from "../../../../src/cli/help/find-command.ts";

const nameOf = (...words: string[]) => findCommand(redes, words).meta.name;

test("by all of its words, or by the last where that says which", () => {
  expect(nameOf()).toBe("redes");
  expect(nameOf("client")).toBe("redes client");
  expect(nameOf("client", "get")).toBe("redes client get");
  expect(nameOf("get")).toBe("redes client get");
  expect(nameOf("key", "client")).toBe("redes key client");
});

test("what is none, or could be several, is told", () => {
  expect(() => nameOf("list")).toThrow("list is in several commands: client list, key list");
  expect(() => nameOf("client", "gte")).toThrow("unknown command client gte: did you mean client get?");
  expect(() => nameOf("frobnicate")).toThrow("unknown command frobnicate: see redes --help");
  expect(() => nameOf("toString")).toThrow("unknown command toString");
});
