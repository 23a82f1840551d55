import { describe, expect, test } from "bun:test";
import { allCommands, redes } from "../../../../src/cli/commands.ts";
import { readBashLine } from "../../../../src/cli/completion/bash-line.ts";
import { checkArguments } from "../../../../src/cli/flags/check-arguments.ts";
import { type Command, flagsOf } from "../../../../src/cli/flags/command.ts";
import { route } from "../../../../src/cli/flags/route.ts";
import { type Example, examplesOf } from "../../../../src/cli/help/examples.ts";

const COMMANDS = [...allCommands()].map((command): [string, Command] => [command.meta.name, command]);

/** The arguments of the program in a line of a shell. */
function argumentsOf({ line }: Example): string[] {
  const [, own = line] = /\$\(redes (.*)\)/.exec(line) ?? /(?:^|\()(?:sudo )?redes ([^|>)]*)/.exec(line) ?? [];
  return [...readBashLine(`${own.trim()} `, "").before];
}

describe.each(COMMANDS)("%s", (name, command) => {
  const examples = examplesOf(name);

  test("has examples", () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  test.each(examples.map((example): [string, Example] => [example.line, example]))("%s is taken", (line, example) => {
    const words = argumentsOf(example);
    expect(line).toContain("redes");
    const { command: called, rest } = route(redes, words);
    expect(() => checkArguments(rest, flagsOf(called), "")).not.toThrow();
    if (name !== "redes") expect([called, ...Object.values(command.subCommands ?? {})]).toContain(called);
    if (name !== "redes" && command.subCommands === undefined) expect(called).toBe(command);
  });
});

test("there are no others", () => {
  expect(examplesOf("redes nope")).toEqual([]);
  expect(examplesOf("toString")).toEqual([]);
});
