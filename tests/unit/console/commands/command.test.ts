import { describe, expect, test } from "bun:test";
import { CommandTable, type ConsoleCommand } from "../../../../src/console/commands/command.ts";

function command(values: Partial<ConsoleCommand> & { name: string }): ConsoleCommand {
  return { aliases: [], parameter: "", help: "", run() {}, ...values };
}

const NAMES = ["film.mkv", "my film.mkv", "my file.iso", "'odd'"];
const get = command({
  name: "get",
  aliases: ["VIDEO"],
  parameter: "NAME",
  required: true,
  help: "downloads a file",
  details: ["get film.mkv"],
  complete: (prefix) => NAMES.filter((name) => name.startsWith(prefix)),
});
const list = command({ name: "list", aliases: ["LISTA_VIDEOS"], help: "the files" });
const pause = command({ name: "pause", parameter: "NAME" });
const table = new CommandTable([get, list, pause]);

describe("parsing a line", () => {
  test("nothing", () => {
    expect(table.parse("")).toEqual({ kind: "empty" });
    expect(table.parse(" \t ")).toEqual({ kind: "empty" });
  });

  test.each(["list", "LIST", " List ", "lista_videos", "LISTA_VIDEOS"])("%p is the command list", (line) => {
    expect(table.parse(line)).toEqual({ kind: "command", command: list, argument: "" });
  });

  test.each([
    ["get film.mkv", "film.mkv"],
    ["VIDEO   my film.mkv  ", "my film.mkv"],
    ["get\tmy  film.mkv", "my  film.mkv"],
    ["get 'a b'", "a b"],
    ['get " a "', " a "],
    [`get "a'`, `"a'`],
    [`get it's`, `it's`],
    [`get '`, `'`],
    [`get "'odd'"`, `'odd'`],
  ])("%p has the argument %p", (line, argument) => {
    expect(table.parse(line)).toEqual({ kind: "command", command: get, argument });
  });

  test("an argument that may be left out", () => {
    expect(table.parse("pause")).toEqual({ kind: "command", command: pause, argument: "" });
    expect(table.parse("pause x")).toEqual({ kind: "command", command: pause, argument: "x" });
  });

  test("a command that takes several words has them with their quotes", () => {
    const several = { ...get, several: true };
    expect(new CommandTable([several]).parse(`get "a b" 'c'`)).toMatchObject({ argument: `"a b" 'c'` });
    expect(new CommandTable([several]).parse("get ''")).toMatchObject({ kind: "usage" });
  });

  test("usage errors name the command and what it takes", () => {
    expect(table.parse("get")).toEqual({ kind: "usage", message: "get needs an argument: get NAME" });
    expect(table.parse("get ''")).toEqual({ kind: "usage", message: "get needs an argument: get NAME" });
    expect(table.parse("list all")).toEqual({ kind: "usage", message: "list takes no argument: list" });
  });

  test.each([
    ["help", ""],
    ["H", ""],
    ["ayuda", ""],
    ["help get", "get"],
    ["h 'get'", "get"],
  ])("%p asks for help", (line, about) => {
    expect(table.parse(line)).toEqual({ kind: "help", about });
  });

  test("help on what is no command and no topic is a mistake", () => {
    expect(table.parse("help gte")).toEqual({ kind: "unknown", word: "gte", suggestion: "get" });
    expect(table.parse("help nothing of that kind").kind).toBe("unknown");
  });

  test("an unknown word, with the command that is nearest", () => {
    expect(table.parse("lsit")).toEqual({ kind: "unknown", word: "lsit", suggestion: "list" });
    expect(table.parse("VIDOE x")).toEqual({ kind: "unknown", word: "VIDOE", suggestion: "VIDEO" });
    expect(table.parse("frobnicate")).toEqual({ kind: "unknown", word: "frobnicate" });
    expect(table.parse("x")).toEqual({ kind: "unknown", word: "x" });
    expect(table.parse("ge")).toEqual({ kind: "unknown", word: "ge", suggestion: "get" });
    expect(table.parse("l".repeat(100_000)).kind).toBe("unknown");
  });

  test("two commands of one name are a mistake in the program", () => {
    expect(() => new CommandTable([get, command({ name: "video" })])).toThrow("two commands are called video");
    expect(() => new CommandTable([command({ name: "h" })])).toThrow();
  });
});

describe("completion", () => {
  test.each([
    ["", ["get ", "list", "pause ", "help"]],
    ["l", ["list"]],
    ["L", ["LISTA_VIDEOS"]],
    ["v", ["VIDEO "]],
    ["  pa", ["pause "]],
    ["x", []],
  ])("%p may become %p", (line, choices) => {
    expect(table.complete(line)).toEqual([choices, line.trimStart()]);
  });

  test.each([
    ["get ", ["film.mkv", "my film.mkv", "my file.iso", `"'odd'"`], ""],
    ["get my f", ["my film.mkv", "my file.iso"], "my f"],
    ["VIDEO   my fili", [], "my fili"],
    ["get 'my", ["'my film.mkv'", "'my file.iso'"], "'my"],
    ["list f", [], "f"],
    ["help f", [], "f"],
    ["help p", ["pause"], "p"],
    ["help ", ["get", "list", "pause", "help"], ""],
    ["nope f", [], "f"],
  ])("the argument of %p", (line, choices, token) => {
    expect(table.complete(line)).toEqual([choices, token]);
  });

  test.each([
    ["get ", ["film.mkv", "my film.mkv", "my file.iso", `"'odd'"`], ""],
    ["get my f", ["my film.mkv", "my file.iso"], "my f"],
    ["get film.mkv ", ["film.mkv", '"my film.mkv"', '"my file.iso"', `"'odd'"`], ""],
    ["get film.mkv my", ['"my film.mkv"', '"my file.iso"'], "my"],
    ['get film.mkv "my fil', ['"my film.mkv"', '"my file.iso"'], '"my fil'],
    ["get --force 'my film.mkv' 'my fili", [], "'my fili"],
    ["get x", [], "x"],
  ])("of several words the last one is completed: %p", (line, choices, token) => {
    expect(new CommandTable([{ ...get, several: true }]).complete(line)).toEqual([choices, token]);
  });
});
