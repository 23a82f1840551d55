import { beforeEach, expect, test } from "bun:test";
import { type CommandDeps, centralCommands } from "../../../src/central/commands.ts";
import type { Registry } from "../../../src/central/registry/registry.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { held, join, newRegistry } from "./fixtures.ts";

let registry: Registry;
/** Why not all files are known. */
let unlisted: string | null;
let limits: string[];
let forgotten: string[];
let confirms: boolean;
let questions: string[];

beforeEach(() => {
  registry = newRegistry();
  [limits, forgotten, questions] = [[], [], []];
  [confirms, unlisted] = [true, null];
});

/** What a command prints that changes the cluster. */
async function run(name: string, argument: string): Promise<string[]> {
  const printed: string[] = [];
  const central = {
    deps: { clock: systemClock },
    registry,
    serving: { unlisted: () => unlisted },
    admission: { limit: 2 },
    downloads: { setLimit: (limit: number, by: string) => void limits.push(`${limit} by ${by}`) },
    forgetting: {
      forget(number: number, by: string) {
        forgotten.push(`${number} by ${by}`);
        return registry.forget(number) ? "forgotten" : "connected";
      },
    },
  };
  const printer = {
    print: (text: string) => void printed.push(text),
    page: async (text: string) => void printed.push(...text.split("\n")),
    columns: () => null,
    async confirm(question: string) {
      questions.push(question);
      return confirms;
    },
  };
  const commands = centralCommands(central as unknown as CommandDeps, printer);
  await commands.find((command) => command.name === name)?.run(argument);
  return printed;
}

test("a secondary is forgotten when the user says so and it is lost", async () => {
  join(registry, 1, [held("f", "1")]);
  await expect(run("forget", "2")).rejects.toThrow("there is no secondary 2: secondaries lists them");
  await expect(run("forget", "x")).rejects.toThrow("there is no secondary x");
  await expect(run("forget", "1")).rejects.toThrow(
    "secondary 1 is connected: only one that is stopped or lost can be forgotten",
  );
  registry.secondaryLost(1, 0);
  confirms = false;
  expect(await run("forget", "1")).toEqual(["nothing was forgotten"]);
  confirms = true;
  expect(await run("forget", "1")).toEqual(["secondary 1 is forgotten; what nobody else holds is gone from the list"]);
  expect(questions).toEqual(Array(2).fill("forget secondary 1, which held 1 file?"));
  expect(forgotten.at(-1)).toBe("1 by the central's console");
});

test("without a number the limit of downloads is told, and stays", async () => {
  expect(await run("limit", "")).toEqual(["2 downloads at once"]);
  expect(limits).toEqual([]);
});

test("the limit of downloads is a number, and 0 is none", async () => {
  expect(await run("limit", "3")).toEqual(["3 downloads at once"]);
  expect(await run("limit", "0")).toEqual(["any number of downloads at once"]);
  expect(await run("limit", "1000000")).toEqual(["1000000 downloads at once"]);
  for (const wrong of ["-1", "many", "1.5", "1000001"])
    await expect(run("limit", wrong)).rejects.toThrow("a number from 0");
  expect(limits).toEqual([3, 0, 1_000_000].map((limit) => `${limit} by the central's console`));
});

test("while not all files are known the list says so, and nothing is removed or moved by what it has", async () => {
  unlisted = "secondary 2 has not told all that it holds yet";
  join(registry, 1, [held("d/f", "1")]);
  const why = `not all files are known yet: ${unlisted}`;
  expect((await run("list", "")).at(-1)).toBe(why);
  await expect(run("remove", "d/")).rejects.toThrow(why);
  await expect(run("mv", "d e")).rejects.toThrow(why);
  expect(questions).toEqual([]);
});
