import type { Flag } from "./command.ts";
import type { ParsedArguments } from "./values.ts";

/** What was given: the words that flags were written with, and the values, both by the main names of flags. */
export interface Given {
  readonly words: ReadonlyMap<string, string>;
  readonly args: ParsedArguments;
}

/**
 * What was given, and for flags that were not the values of the variables that stand in for them, each written with the
 * name of its variable: what is wrong with a value is then said of that. An empty variable is as good as none.
 */
export function withVariables(
  flags: readonly Flag[],
  environment: Readonly<Record<string, string | undefined>>,
  { words, args }: Given,
): Given {
  const found = flags.flatMap(({ name, variable, repeatable }) => {
    const value = variable === null || words.has(name) ? undefined : environment[variable];
    if (variable === null || !value) return [];
    const values = value.split(":").filter((each) => each !== "");
    if (repeatable && values.length === 0) return [];
    return [{ name, variable, value: repeatable ? values : value }];
  });
  return {
    words: new Map([...words, ...found.map(({ name, variable }) => [name, variable] as const)]),
    args: { ...args, ...Object.fromEntries(found.map(({ name, value }) => [name, value])) },
  };
}
