import type { ArgsDef } from "citty";
import { KeyError } from "../keys/key-error.ts";
import { say } from "../sentences/sentence.ts";
import { shown } from "../text/shown/sentence.ts";
import { speak } from "../text/texts.ts";
import { CentralNotFound } from "./address/central-not-found.ts";
import { wantsColors } from "./colors.ts";
import { redes } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type CheckedArguments, checkArguments, UsageError } from "./flags/check-arguments.ts";
import { type Command, flagsOf, version } from "./flags/command.ts";
import { valuesOf } from "./flags/define.ts";
import { helpFor } from "./flags/help.ts";
import { languageIn } from "./flags/language.ts";
import { route } from "./flags/route.ts";
import { isReaderGone, writeStdout } from "./output.ts";
import type { ExitStatus } from "./signals.ts";
import { writeStderr } from "./streams/standard-streams.ts";

/** What the scripts of `redes completion` call; no command for people. */
const COMPLETE = "__complete";

/** Runs a command line. Resolves with what the process ends with; an error has been written to stderr, in one line. */
export async function run(args: readonly string[]): Promise<ExitStatus> {
  speak(languageIn(args, process.env));
  try {
    return await dispatch(args);
  } catch (error) {
    // `--help | head` has what it wanted.
    if (isReaderGone(error)) return EXIT.done;
    const [{ oneRow }, { toldOfAny }] = await Promise.all([
      import("../console/text.ts"),
      import("../platform/disk/disk-errors.ts"),
    ]);
    writeStderr(`redes: ${oneRow(shown(toldOfAny(error)))}\n`);
    return exitCodeOfError(error);
  }
}

function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof CentralNotFound) return EXIT.unreachable;
  return error instanceof KeyError ? EXIT.refused : EXIT.failed;
}

async function dispatch(args: readonly string[]): Promise<ExitStatus> {
  if (args[0] === COMPLETE) {
    const { complete } = await import("./completion/complete.ts");
    return complete(redes, args.slice(1));
  }
  const { command, rest } = route(redes, args);
  const hint = say("see {name} --help", { name: command.meta.name });
  const checked = checkArguments(
    rest,
    flagsOf(command),
    command.run ? hint : say("a command comes first, {hint}", { hint }),
  );
  if (checked.words.has("help")) {
    await writeStdout(`${helpFor(command, wantsColors("stdout"))}\n`);
    return EXIT.done;
  }
  if (command !== redes && !command.run) throw new UsageError(say("a command is missing: {hint}", { hint }));
  return command.run ? runCommand(command, checked) : runProgram(checked);
}

/** citty parses the arguments and runs the command. */
async function runCommand(command: Command, checked: CheckedArguments): Promise<ExitStatus> {
  const citty = await import("citty");
  try {
    const { result } = await citty.runCommand<ArgsDef>(command, { rawArgs: checked.rawArgs, data: checked });
    return result as ExitStatus;
  } catch (error) {
    const { log, "log-file": file } = citty.parseArgs(checked.rawArgs, command.args);
    if (error instanceof UsageError || (log !== "json" && typeof file !== "string")) throw error;
    const { logFailure } = await import("./server/log/failure-log.ts");
    await logFailure(error, log === "json" ? "json" : "text", typeof file === "string" ? file : null);
    if (typeof file === "string") throw error;
    return exitCodeOfError(error);
  }
}

/** The program without a command: it says its version, or its help. */
async function runProgram(checked: CheckedArguments): Promise<ExitStatus> {
  const { parseArgs } = await import("citty");
  const values = valuesOf(redes, checked, parseArgs(checked.rawArgs, redes.args));
  values.noPositionals();
  speak(values.language());
  if (!values.has("version")) {
    // A user who forgot the command sees the help; a script must not take that for a result.
    writeStderr(`${helpFor(redes, wantsColors("stderr"))}\n`);
    return EXIT.usage;
  }
  await writeStdout(`${version}\n`);
  return EXIT.done;
}
