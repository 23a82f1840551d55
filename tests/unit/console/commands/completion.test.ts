import { expect, test } from "bun:test";
import { CommandTable } from "../../../../src/console/commands/command.ts";
import { completionOf } from "../../../../src/console/commands/completion.ts";

function tableOf(names: readonly string[]): CommandTable {
  const complete = (prefix: string) => names.filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase()));
  return new CommandTable([{ name: "get", aliases: [], parameter: "NAME", help: "", complete, run() {} }]);
}

test("the only choice is inserted", () => {
  expect(completionOf(tableOf(["alpha"]), "get al", 80)).toEqual({ insert: "alpha", replaces: "al", list: "" });
  expect(completionOf(tableOf(["Alpha"]), "get al", 80)).toEqual({ insert: "Alpha", replaces: "al", list: "" });
  expect(completionOf(tableOf(["Alpha"]), "get alpha", 80)).toEqual({ insert: "Alpha", replaces: "alpha", list: "" });
});

test("several choices are inserted as far as they agree, then shown", () => {
  const table = tableOf(["alpha", "alpine"]);
  expect(completionOf(table, "get a", 80)).toEqual({ insert: "alp", replaces: "a", list: "" });
  expect(completionOf(table, "get alp", 80)).toEqual({ insert: null, replaces: "alp", list: "alpha   alpine" });
  expect(completionOf(table, "get alp", 10).list).toBe("alpha\nalpine");
});

test("nothing typed is taken away where the choices agree on less", () => {
  const completion = completionOf(tableOf(["Alpha", "alpine"]), "get a", 80);
  expect(completion).toEqual({ insert: null, replaces: "a", list: "Alpha   alpine" });
});

test("no choice, or nothing to add", () => {
  expect(completionOf(tableOf([]), "get a", 80)).toEqual({ insert: null, replaces: "a", list: "" });
  expect(completionOf(tableOf(["a"]), "get a", 80)).toEqual({ insert: null, replaces: "a", list: "" });
});

test("half a character is never inserted", () => {
  // U+1F600 and U+1F601 share their first UTF-16 half.
  expect(completionOf(tableOf(["x😀", "x😁"]), "get ", 80).insert).toBe("x");
});

test("of very many choices the first are shown", () => {
  const names = Array.from({ length: 250 }, (_, index) => `${index % 10}${index}`);
  expect(completionOf(tableOf(names), "get ", 80).list.split("\n").at(-1)).toBe("… and 150 more");
});
