import type { CommandPath } from "./definitions.ts";
import { argsOf, definitions, version } from "./definitions.ts";
import { EXIT } from "./exit-codes.ts";
import { scan, takesNext, UsageError } from "./flags.ts";
import { helpFor } from "./help.ts";
import { writeOut } from "./output.ts";
import { Values } from "./values.ts";

/** What each command runs. Loaded when it is wanted: `--help` needs none of it. */
const RUNNERS: Readonly<Record<Exclude<CommandPath, "">, () => Promise<(values: Values) => Promise<number>>>> = {
  central: async () => (await import("./central.ts")).central,
  secondary: async () => (await import("./secondary.ts")).secondary,
  client: async () => (await import("./client.ts")).client,
  "client list": async () => (await import("./client-list.ts")).clientList,
  "client get": async () => (await import("./client-get.ts")).clientGet,
  "client status": async () => (await import("./client-status.ts")).clientStatus,
  demo: async () => (await import("./demo.ts")).demo,
};

/** The commands right below one. */
function below(path: CommandPath): string[] {
  const prefix = path === "" ? "" : `${path} `;
  return Object.keys(definitions)
    .filter((other) => other !== "" && other.startsWith(prefix))
    .map((other) => other.slice(prefix.length))
    .filter((word) => word !== "" && !word.includes(" "));
}

/** The command that arguments call, and the arguments without its words. Flags may stand before a second word. */
function route(args: readonly string[]): { path: CommandPath; rest: readonly string[] } {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith("-")) return { path: "", rest: args };
  if (!below("").includes(first)) {
    throw new UsageError(`unknown command ${first}: there are ${below("").join(", ")}; see --help`);
  }
  const path = first as CommandPath;
  const words = below(path);
  if (words.length === 0) return { path, rest };
  const place = firstWord(rest, path);
  const word = rest[place];
  if (word === undefined || !words.includes(word)) return { path, rest };
  return { path: `${path} ${word}` as CommandPath, rest: [...rest.slice(0, place), ...rest.slice(place + 1)] };
}

/** Where the first argument stands that is neither a flag nor a flag's value. */
function firstWord(args: readonly string[], path: CommandPath): number {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-")) return index;
    if (takesNext(arg, argsOf(path))) index += 1;
  }
  return -1;
}

/** Runs a command line. Gives the exit code; what went wrong has been told on stderr. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const { path, rest } = route(args);
    const scanned = scan(rest, argsOf(path));
    if (scanned.flags.has("help") || (path === "" && scanned.flags.size === 0)) {
      await writeOut(`${await helpFor(path, process.stdout.isTTY === true && !process.env.NO_COLOR)}\n`);
      return path === "" && args.length === 0 ? EXIT.usage : EXIT.done;
    }
    if (path === "") {
      await writeOut(`${version}\n`);
      return EXIT.done;
    }
    const runner = await RUNNERS[path]();
    return await runner(new Values(scanned));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`redes: ${message}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}
