import { describe, expect, test } from "bun:test";
import { parseArgs } from "citty";
import fc from "fast-check";
import { checkArguments, firstOperand, UsageError } from "../../../../src/cli/flags/check-arguments.ts";
import { type Command, flagsOf } from "../../../../src/cli/flags/command.ts";

const ARGS: Command["args"] = {
  port: { type: "string", alias: ["puerto", "p"], valueHint: "PORT" },
  open: { type: "boolean" },
  json: { type: "boolean", alias: ["j"] },
};
const FLAGS = flagsOf({ args: ARGS });

/** What citty parses of arguments that were checked. */
function scanned(args: readonly string[]) {
  const { words, rawArgs } = checkArguments(args, FLAGS, "see help");
  const parsed = parseArgs(rawArgs, ARGS);
  const flags: Record<string, { word: string; value: unknown }> = Object.fromEntries(
    [...words].map(([name, word]) => [name, { word, value: parsed[name] }]),
  );
  return { flags, positionals: parsed._ };
}

describe("a flag with a value", () => {
  test.each([
    [["--port", "1"], "--port"],
    [["--port=1"], "--port"],
    [["--puerto", "1"], "--puerto"],
    [["--puerto=1"], "--puerto"],
    [["-p", "1"], "-p"],
    [["-p1"], "-p"],
    [["-p=1"], "-p"],
  ])("may be written as %j", (args, word) => {
    expect(scanned(args)).toEqual({ flags: { port: { word, value: "1" } }, positionals: [] });
  });

  test("may have a value that is empty, or begins with one dash, or holds an equals sign", () => {
    expect(scanned(["--port="]).flags).toEqual({ port: { word: "--port", value: "" } });
    expect(scanned(["--port", "-1"]).flags).toEqual({ port: { word: "--port", value: "-1" } });
    expect(scanned(["-p", "-"]).flags).toEqual({ port: { word: "-p", value: "-" } });
    expect(scanned(["--port=a=b"]).flags).toEqual({ port: { word: "--port", value: "a=b" } });
  });
});

test("a flag that may be repeated keeps its values in their order", () => {
  const known = flagsOf({
    args: { ...ARGS, key: { type: "string", alias: ["k"], valueHint: "FILE", repeatable: true } },
  });
  const given = (...args: string[]) => [...checkArguments(args, known, "see help").repeated];
  expect(given("--key", "a", "-p", "1", "-kb", "--key=", "x", "--", "--key", "d")).toEqual([["key", ["a", "b", ""]]]);
  expect(given("-p", "1")).toEqual([]);
});

test("a flag that may be without a value takes one behind an equals sign alone", () => {
  const args: Command["args"] = { ...ARGS, http: { type: "string", valueHint: "PORT", bare: "0" } };
  const known = flagsOf({ args });
  const given = (...words: string[]): { readonly http: unknown; readonly operands: readonly string[] } => {
    const { rawArgs } = checkArguments(words, known, "see help");
    const parsed = parseArgs(rawArgs, args);
    return { http: parsed.http, operands: parsed._ };
  };
  expect(given("--http", "DIR")).toEqual({ http: "0", operands: ["DIR"] });
  expect(given("--http=8080", "DIR")).toEqual({ http: "8080", operands: ["DIR"] });
  expect(given("--http=", "--open")).toEqual({ http: "", operands: [] });
  expect(firstOperand(["--http", "DIR"], known)).toBe(1);
  expect(() => given("--http", "--http=1")).toThrow("--http: given more than once");
});

test("flags and arguments stand in any order; after -- all are arguments", () => {
  expect(scanned(["a", "--open", "-", "-p", "b", "c"])).toEqual({
    flags: { open: { word: "--open", value: true }, port: { word: "-p", value: "b" } },
    positionals: ["a", "-", "c"],
  });
  expect(scanned(["--", "--open", "--", "-x"]).positionals).toEqual(["--open", "--", "-x"]);
});

test.each([
  [["--nope"], "unknown flag --nope: see help"],
  [["--prot", "1"], "unknown flag --prot: did you mean --port?"],
  [["--jsn"], "unknown flag --jsn: did you mean --json?"],
  [["-x"], "unknown flag -x: see help"],
  // The text of a key file begins like a flag, and is not repeated.
  [["-----BEGIN PRIVATE KEY-----\nMC4CAQAw"], "unknown flag -----BEGIN PRIVATE KEY-----: see help"],
  [["-p", "1", "-port"], "-p: given more than once"],
  [["--port"], "--port needs a value: --port PORT"],
  [["-p"], "-p needs a value: -p PORT"],
  [["--port", "--open"], "--port needs a value: --port PORT"],
  [["--open=1"], "--open takes no value"],
  [["-jx"], "-j takes no value"],
  [["--open", "--open"], "--open: given more than once"],
  [["--port", "1", "--puerto=2"], "--puerto: given more than once"],
])("%j is a mistake", (args, message) => {
  expect(() => scanned(args)).toThrow(new UsageError(message));
});

test("whatever the arguments, it is scanned or a UsageError of one line without them", () => {
  const words = fc.constantFrom("--port", "-p", "--open", "--", "-", "-j", "--puerto=3", "-p9", "get");
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string())), (args) => {
      try {
        const { flags, positionals } = scanned(args);
        for (const { word, value } of Object.values(flags)) {
          expect(word).toStartWith("-");
          expect(value).toBeDefined();
        }
        expect(Object.keys(flags).length + positionals.length).toBeLessThanOrEqual(args.length);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

test.each([
  [["--port", "a", "get"], 2],
  [["--port=a", "get"], 1],
  [["-pa", "get"], 1],
  [["--open", "get"], 1],
  [["--unknown", "get"], 1],
  [["-p", "get"], -1],
  [["--", "get"], -1],
  [[], -1],
])("the first operand of %j is at %d", (args, place) => {
  expect(firstOperand(args, FLAGS)).toBe(place);
});
