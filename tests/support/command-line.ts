import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line of a tool of the tests is wrong; the message says what is. */
export class UsageError extends Error {}

/** As `parseArgs`. Throws {@link UsageError}. */
export function parsedArguments<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The value of a flag; null where it is not given. Throws {@link UsageError} unless it is a whole number below `limit`. */
export function wholeNumber(flag: string, text: string | undefined, limit: number): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number >= limit) throw new UsageError(`${flag} takes a whole number below ${limit}`);
  return number;
}
