import { type Cancel, every, systemClock } from "../base/clock.ts";
import { formatBytes, formatDuration, formatRate, plural } from "../base/units.ts";
import { type Destination, pathUnder } from "../client/destination.ts";
import type { Ending } from "../client/result.ts";
import { Painter } from "../console/painter.ts";
import { renderPlain } from "../console/progress.ts";
import type { PeerError } from "../protocol/errors.ts";
import { nameFault } from "../protocol/name.ts";
import { type ClientOptions, type ClientParts, clientOptions, clientParts } from "./client-parts.ts";
import { EXIT, exitCodeFor } from "./exit-codes.ts";
import { UsageError } from "./flags.ts";
import { writeOut } from "./output.ts";
import { onSignals } from "./signals.ts";
import { terminalLog } from "./terminal-log.ts";
import { kindOf, type Values } from "./values.ts";

/** Milliseconds between two looks at how far it is, and two lines of progress where there is no terminal. */
const LOOK = 100;
const LINE = 5000;

/** `redes client get` */
export async function clientGet(values: Values): Promise<number> {
  const options = clientOptions(values);
  const names = values.positionals;
  if (names.length === 0) throw new UsageError("get needs a NAME: one or more files, as list shows them");
  for (const name of names) {
    const fault = nameFault(name);
    if (fault) throw new UsageError(`${JSON.stringify(name)} cannot be the name of a file: ${fault}`);
  }
  const destination = destinationOf(values, options, names);
  const patience = values.seconds("wait", 30);
  const json = values.has("json");
  const quiet = values.has("quiet");
  const terminal = terminalLog("text");
  let refused: PeerError | null = null;
  const parts = clientParts(options, terminal.log, (error) => {
    refused = error;
    void parts.downloads.cancelAll();
  });
  let interrupted = false;
  onSignals(() => {
    interrupted = true;
    void parts.downloads.cancelAll();
  });
  const stopProgress = quiet ? () => {} : showProgress(parts, terminal.redirect);
  const endings = await Promise.all(
    names.map(async (name) => {
      const ending = await parts.downloads.add({
        name,
        destination: destination(name),
        force: values.has("force"),
        patience,
      });
      if (json) await writeOut(`${JSON.stringify(ending.result)}\n`).catch(() => {});
      return ending;
    }),
  );
  stopProgress();
  for (const ending of endings) tell(ending, quiet || json);
  parts.stop();
  if (refused) {
    process.stderr.write(`redes: ${(refused as PeerError).message}\n`);
    return EXIT.failed;
  }
  return interrupted ? EXIT.failed : exitCodeFor(endings.map(({ failure }) => failure));
}

function destinationOf(
  values: Values,
  { folder }: ClientOptions,
  names: readonly string[],
): (name: string) => Destination {
  if (!values.has("output")) return (name) => ({ kind: "file", path: pathUnder(folder, name) });
  const output = values.text("output", "");
  if (names.length > 1)
    throw new UsageError(`--output ${output}: it takes one NAME only, and there are ${names.length}`);
  if (output !== "-") {
    if (kindOf(output) === "folder")
      throw new UsageError(`--output ${output}: that is a folder; give the path of a file`);
    return () => ({ kind: "file", path: output });
  }
  if (values.has("json")) throw new UsageError("--output -: the file and --json cannot both go to stdout");
  return () => ({ kind: "pipe", output: writeOut });
}

/** Bars on a terminal, a line every few seconds elsewhere. */
function showProgress({ downloads }: ClientParts, redirect: (write: (line: string) => void) => void): Cancel {
  if (process.stderr.isTTY) {
    const painter = new Painter(systemClock, process.stderr, () => null);
    redirect((line) => painter.text(`${line}\n`));
    const cancel = every(systemClock, LOOK, () => painter.items(downloads.progress()));
    return () => {
      cancel();
      painter.items([]);
      painter.close();
      redirect((line) => process.stderr.write(`${line}\n`));
    };
  }
  return every(systemClock, LINE, () => {
    const [first, ...others] = downloads.progress();
    if (!first) return;
    const more = others.length > 0 ? ` (and ${plural(others.length, "other")})` : "";
    process.stderr.write(`${renderPlain(first)}${more}\n`);
  });
}

function tell({ result, failure }: Ending, quiet: boolean): void {
  const { name, path, size, seconds, receivedBytes, resumedBytes, sources, error } = result;
  if (failure !== null) {
    process.stderr.write(`redes: ${name}: ${error ?? "it failed"}\n`);
    return;
  }
  if (quiet) return;
  const whole = formatBytes(size ?? 0);
  if (receivedBytes === 0 && sources.length === 0 && resumedBytes === 0 && size !== 0) {
    process.stderr.write(`${name}: ${path} is there already, with the right content (${whole})\n`);
    return;
  }
  const rate = formatRate(receivedBytes / Math.max(seconds, 0.001));
  const from = sources.map(({ number, bytes }) => `${number}: ${formatBytes(bytes)}`).join(", ");
  const resumed = resumedBytes > 0 ? `, ${formatBytes(resumedBytes)} were there already` : "";
  const to = path === "-" ? "" : ` → ${path}`;
  process.stderr.write(`${name}${to}: ${whole} verified in ${formatDuration(seconds)}, ${rate} (${from})${resumed}\n`);
}
