import { expect, test } from "bun:test";
import { flagsOf } from "../../../../src/cli/flags/command.ts";
import { CENTRAL_ADDRESS, KEY_FILE, valued } from "../../../../src/cli/flags/define.ts";
import { Values } from "../../../../src/cli/flags/values.ts";
import { withVariables } from "../../../../src/cli/flags/variables.ts";

const FLAGS = flagsOf({
  args: {
    name: valued("NAME", "what this client is called in the statistics", { variable: "REDES_NAME" }),
    ...KEY_FILE,
    ...CENTRAL_ADDRESS,
  },
});

function valuesOf(
  environment: Record<string, string | undefined>,
  given: Record<string, string | string[]> = {},
): Values {
  const words = new Map(Object.keys(given).map((name) => [name, `--${name}`]));
  const found = withVariables(FLAGS, environment, { words, args: { _: [], ...given } });
  return new Values(found.words, found.args, "redes client");
}

test("a variable stands in for a flag that was not given", () => {
  const values = valuesOf({ REDES_NAME: "ana" });
  expect(values.text("name", "usual")).toBe("ana");
  expect([values.has("name"), values.hasFlag("name")]).toEqual([true, false]);
});

test("a flag wins", () => {
  const values = valuesOf({ REDES_NAME: "ana" }, { name: "eva" });
  expect(values.text("name", "usual")).toBe("eva");
  expect(values.hasFlag("name")).toBe(true);
});

test("an empty variable, and one of another flag, are as good as none", () => {
  for (const environment of [{}, { REDES_NAME: "" }, { REDES_NAME: undefined }, { REDES_DIR: "/srv", NAME: "x" }]) {
    const values = valuesOf(environment);
    expect(values.has("name")).toBe(false);
    expect(values.text("name", "usual")).toBe("usual");
  }
});

test("what is wrong with its value is said of the variable", () => {
  expect(() => valuesOf({ REDES_NAME: "a\nb" }).clientName("name", "usual")).toThrow(
    "REDES_NAME a\nb: it takes 1 to 100 characters, none of them a control character",
  );
});

test("the environment names key files where the command line names none", () => {
  expect(valuesOf({ REDES_KEY_FILE: "k:next" }).keyFiles()).toEqual(["k", "next"]);
  expect(valuesOf({ REDES_KEY_FILE: "k:next" }, { "key-file": ["own"] }).keyFiles()).toEqual(["own"]);
  for (const none of ["", ":", "::"]) expect(valuesOf({ REDES_KEY_FILE: none }).keyFiles()).toEqual([]);
});
