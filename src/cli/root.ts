import { nearest } from "../console/commands/distance.ts";
import { wantsColors } from "./colors.ts";
import { EXIT } from "./exit-codes.ts";
import {
  below,
  type CommandPath,
  calledAs,
  definitionOf,
  definitions,
  type Flag,
  version,
} from "./flags/definitions.ts";
import { firstOperand, scan, UsageError } from "./flags/flags.ts";
import { helpFor } from "./flags/help.ts";
import { readerGone, writeOut } from "./output.ts";
import type { ExitStatus } from "./signals.ts";

/** Runs a command line. Gives what to end with; what went wrong has been told on stderr, in one line. */
export async function run(args: readonly string[]): Promise<ExitStatus> {
  try {
    return await dispatch(args);
  } catch (error) {
    // `--help | head` has what it wanted.
    if (readerGone(error)) return EXIT.done;
    const { oneRow } = await import("../console/text.ts");
    process.stderr.write(`redes: ${oneRow(error instanceof Error ? error.message : String(error))}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

async function dispatch(args: readonly string[]): Promise<ExitStatus> {
  if (args.length === 0) {
    // Who forgot the command is shown what there is; a script must not take that for a result.
    process.stderr.write(`${helpFor("", wantsColors(process.stderr))}\n`);
    return EXIT.usage;
  }
  const { path, rest } = route(args);
  const hint = `see ${calledAs(path)} --help`;
  const scanned = scan(rest, definitionOf(path).flags, path === "" ? `a command comes first, ${hint}` : hint);
  if (scanned.flags.has("help")) {
    await writeOut(`${helpFor(path, wantsColors(process.stdout))}\n`);
    return EXIT.done;
  }
  if (path === "") return root(scanned.positionals, scanned.flags.has("version"));
  const { runChecked } = await import("./commands.ts");
  try {
    return await runChecked(path, scanned);
  } catch (error) {
    // A program that reads the log is told there why a server did not start.
    if (error instanceof UsageError || scanned.flags.get("log")?.value !== "json") throw error;
    const { terminalLog } = await import("./server/terminal-log.ts");
    terminalLog("json").log.error("failed", error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  }
}

async function root([extra]: readonly string[], wantsVersion: boolean): Promise<number> {
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}: see redes --help`);
  if (!wantsVersion) throw new UsageError("a command is missing: see redes --help");
  await writeOut(`${version}\n`);
  return EXIT.done;
}

/** The command that arguments call, and the arguments without its words. Flags may stand before a second word. */
function route(args: readonly string[]): { path: CommandPath; rest: readonly string[] } {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith("-")) return { path: "", rest: args };
  if (!below("").includes(first)) throw unknown(first, "");
  const path = first as CommandPath;
  const words = below(path);
  if (words.length === 0) return { path, rest };
  const place = firstOperand(rest, flagsBelow(path));
  const word = rest[place];
  if (word === undefined) return { path, rest };
  if (!words.includes(word)) throw unknown(word, path);
  return { path: `${path} ${word}` as CommandPath, rest: [...rest.slice(0, place), ...rest.slice(place + 1)] };
}

/** The flags of a command and of those below it: which one is called is not known yet. */
function flagsBelow(path: CommandPath): Flag[] {
  return Object.entries(definitions).flatMap(([other, { flags }]) => (other.startsWith(path) ? [...flags] : []));
}

function unknown(word: string, path: CommandPath): UsageError {
  const words = below(path);
  const similar = nearest(word, words);
  const hint = similar === undefined ? "" : `did you mean ${similar}? `;
  return new UsageError(`unknown command ${word}: ${hint}there are ${words.join(", ")}`);
}
