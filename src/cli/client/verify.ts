import { resolve as absolute, isAbsolute, join, relative } from "node:path";
import { type Destination, destinationIn } from "../../client/downloads/destination.ts";
import {
  failureOf,
  findingJson,
  findingText,
  isRepairable,
  readBefore,
  repairJson,
  repairText,
  summaryJson,
  summaryText,
} from "../../client/verify/report.ts";
import type { VerifyTarget } from "../../client/verify/selection.ts";
import type { Compared } from "../../client/verify/verification.ts";
import { Verifications } from "../../client/verify/verifications.ts";
import { oneRow } from "../../console/text.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { silentLog } from "../../platform/log/log.ts";
import { nameFault } from "../../protocol/name.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT, type ExitCode, exitCodeOf, worstExitCode } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { checkStdout } from "../output.ts";
import { kindOf } from "../paths.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { describeEnding } from "./ending.ts";
import { type ClientParts, clientOptions, clientParts, STOP_TIMEOUT_MS } from "./parts.ts";
import { type ProgressScreen, reportUnwritten, showProgress } from "./progress.ts";
import { noteWait } from "./question.ts";
import { type CentralRefusal, reportNoAnswer } from "./refusal.ts";

interface VerifyOptions {
  readonly wanted: readonly VerifyTarget[];
  readonly destination: (name: string) => Destination;
  readonly giveUpAfterMs: number;
  /** Tells why the central cannot list all files yet. */
  readonly waits: (reason: unknown) => void;
  /** What is done about what differs. */
  readonly repair: "no" | "dry-run" | "yes";
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `redes client verify` */
export async function clientVerify(values: Values): Promise<ExitStatus> {
  const client = await clientOptions(values);
  const options = optionsOf(values, client.folder);
  checkHash();
  checkStdout();
  const verbosity = values.verbosity();
  const terminal = terminalLog({ verbosity });
  const { promise: stopped, resolve: stop } = Promise.withResolvers<EndSignal | CentralRefusal>();
  // Who wants an answer gets it, or one line that says why not. A repair may have to wait, and says for what.
  const log = options.repair === "yes" || verbosity === "verbose" ? terminal.log : silentLog;
  const parts = clientParts(client, log, stop);
  onSignals(stop);
  const verifications = new Verifications(parts.deps);
  const work = { progress: () => [...verifications.progress(), ...parts.downloads.progress()] };
  const screen = showProgress(work, terminal, { bars: !options.quiet && process.stderr.isTTY === true });
  const running = new VerifyRun(parts, options, screen, verifications).run().catch((error: Error) => error);
  const ended = await Promise.race([running, stopped]);
  if (typeof ended !== "number") {
    verifications.cancel();
    await Promise.race([parts.downloads.cancelAll(), delay(systemClock, STOP_TIMEOUT_MS)]);
  }
  screen.close();
  await parts.stop();
  if (ended instanceof Error) return reportNoAnswer(ended, client);
  return ended === EXIT.done ? reportUnwritten(screen) : ended;
}

/** What the command does once it has a session. */
class VerifyRun {
  constructor(
    private readonly parts: ClientParts,
    private readonly options: VerifyOptions,
    private readonly screen: ProgressScreen,
    private readonly verifications: Verifications,
  ) {}

  /** Gives the exit code. Rejects where the central does not answer. */
  async run(): Promise<number> {
    const { wanted, giveUpAfterMs, json, quiet, repair, waits } = this.options;
    const told = (one: Compared) => this.tell(one);
    const { verification, compared } = await this.verifications.run(wanted, { giveUpAfterMs, waits, told });
    if (verification.isCancelled) return EXIT.failed;
    if (json) await this.screen.result(JSON.stringify(summaryJson(verification)));
    else if (!quiet) await this.print(summaryText(verification));
    if (repair === "yes") return worstExitCode(await Promise.all(compared.map((one) => this.repaired(one))));
    if (repair === "dry-run") await this.tellRepairs(compared.filter(isRepairable));
    return worstExitCode(compared.map((one) => exitCodeOf(failureOf(one))));
  }

  private async tell(compared: Compared): Promise<void> {
    const { json, quiet, wanted } = this.options;
    if (json) return this.screen.result(JSON.stringify(findingJson(compared)));
    // Of a folder only what is wrong: most of it is as it should be.
    const isNamed = wanted.some(({ name }) => name === compared.file.name);
    if (compared.finding.kind !== "same" || (isNamed && !quiet)) await this.print(findingText(compared));
  }

  private async tellRepairs(wrong: readonly Compared[]): Promise<void> {
    const { json } = this.options;
    for (const one of wrong) {
      if (json) await this.screen.result(JSON.stringify(repairJson(one)));
      else await this.print(repairText(one));
    }
  }

  private async repaired(compared: Compared): Promise<ExitCode> {
    if (!isRepairable(compared)) return exitCodeOf(failureOf(compared));
    const { json, quiet, destination, giveUpAfterMs } = this.options;
    const { name } = compared.file;
    const asked = { name, destination: destination(name), force: true, read: readBefore(compared), giveUpAfterMs };
    const ending = await this.parts.downloads.add(asked);
    if (json) await this.screen.result(JSON.stringify(ending.result));
    if (ending.failure !== null) this.screen.say(`redes: ${describeEnding(ending, false)}`);
    else if (!quiet && !json) this.screen.say(describeEnding(ending, false));
    return exitCodeOf(ending.failure);
  }

  private print(line: string): Promise<void> {
    return this.screen.result(oneRow(line));
  }
}

function optionsOf(values: Values, folder: string): VerifyOptions {
  const as = values.has("as") ? values.text("as", "") : null;
  const wanted = as === null ? wantedIn(folder, values.positionals) : [wantedAs(values, folder, as)];
  if (values.has("dry-run") && !values.has("repair"))
    throw new UsageError(
      say("{flag}: it goes with --repair; without that nothing is changed", { flag: values.written("dry-run") }),
    );
  const giveUpAfterMs = values.seconds("wait", 30);
  return {
    wanted,
    destination: (name) => (as === null ? destinationIn(folder, name) : { kind: "file", path: wanted[0]?.path ?? "" }),
    giveUpAfterMs,
    waits: (reason) => noteWait(values, giveUpAfterMs, reason),
    repair: values.has("repair") ? (values.has("dry-run") ? "dry-run" : "yes") : "no",
    json: values.has("json"),
    quiet: values.verbosity() === "quiet",
  };
}

/** What paths mean in a cluster that has what is in this folder; without any, all of it. */
function wantedIn(folder: string, paths: readonly string[]): readonly VerifyTarget[] {
  return paths.length === 0 ? [{ name: "", path: folder }] : [...new Set(paths)].map((path) => wantedAt(folder, path));
}

function wantedAt(folder: string, path: string): VerifyTarget {
  for (const candidate of isAbsolute(path) ? [path] : [path, join(folder, path)]) {
    const name = relative(absolute(folder), absolute(candidate));
    if (name !== ".." && !name.startsWith("../")) return { name, path: candidate };
  }
  throw new UsageError(
    say("{path} is not in {folder}: name its folder with --dir, or its name in the cluster with --as", {
      path,
      folder,
    }),
  );
}

function wantedAs(values: Values, folder: string, name: string): VerifyTarget {
  const [given, ...others] = values.positionals;
  const word = values.written("as");
  if (given === undefined || others.length > 0)
    throw new UsageError(say("{word} {name}: it takes one FILE", { word, name }));
  const path = isAbsolute(given) || kindOf(given) !== "nothing" ? given : join(folder, given);
  if (kindOf(path) === "folder")
    throw new UsageError(say("{word} {name}: {path} is a folder; it takes one FILE", { word, name, path }));
  const fault = nameFault(name);
  if (fault)
    throw new UsageError(
      say("{word} {name}: no file can be called so: {fault}", { word, name: JSON.stringify(name), fault }),
    );
  return { name, path };
}
