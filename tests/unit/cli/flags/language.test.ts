import { afterEach, beforeEach, expect, test } from "bun:test";
import { UsageError } from "../../../../src/cli/flags/check-arguments.ts";
import { Values } from "../../../../src/cli/flags/values.ts";

const VARIABLES = ["LC_ALL", "LC_MESSAGES", "LANG"] as const;
const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));

beforeEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});

afterEach(() => {
  for (const name of VARIABLES) {
    const value = before[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

function values(args: Readonly<Record<string, string>>): Values {
  return new Values(new Map(Object.keys(args).map((name) => [name, `--${name}`])), { _: [], ...args }, "redes client");
}

test("--lang says the language, and where it is not given the environment does", () => {
  expect(values({}).language()).toBe("en");
  process.env.LANG = "es_ES.UTF-8";
  expect(values({}).language()).toBe("es");
  expect(values({ lang: "en" }).language()).toBe("en");
  process.env.LC_ALL = "C";
  expect(values({}).language()).toBe("en");
  expect(values({ lang: "es" }).language()).toBe("es");
});

test("programs that read the log read English", () => {
  expect(values({ lang: "es", log: "json" }).language()).toBe("en");
  expect(values({ lang: "es", log: "text" }).language()).toBe("es");
});

test("another language is refused", () => {
  expect(() => values({ lang: "fr" }).language()).toThrow(new UsageError("--lang fr: it takes en or es"));
});
