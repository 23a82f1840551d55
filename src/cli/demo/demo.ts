import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { destinationIn, pathUnder } from "../../client/downloads/destination.ts";
import { statusText } from "../../client/tables.ts";
import { Painter } from "../../console/interactive/painter.ts";
import { writeKeyFile } from "../../keys/key-file.ts";
import { KeyKeeper } from "../../keys/key-keeper.ts";
import { delay, every, systemClock } from "../../platform/clock.ts";
import type { Log, Verbosity } from "../../platform/log/log.ts";
import { systemRandom } from "../../platform/random.ts";
import { formatBytes, formatDuration, formatRate, plural } from "../../platform/units.ts";
import { type ClientParts, clientParts } from "../client/parts.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { kindOf, type Values } from "../flags/values.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { DemoServer, demoFolders, type LogEvent } from "./cluster.ts";
import { type DemoFile, makeUpFiles, spreadFiles } from "./files.ts";

/** Events of the servers that a person wants to see. */
const SHOWN_EVENTS = new Set(["secondary", "copied", "copying", "synchronized", "lost", "downloaded", "error"]);
/** Of the file, how much has come when a secondary is killed. */
const KILL_FRACTION = 0.4;

/** The servers that run, where lines go, and whether the demo is over, so that the servers' lines are of no interest. */
interface DemoRun {
  readonly servers: DemoServer[];
  readonly verbosity: Verbosity;
  /** Whether the cluster has a key. */
  readonly secured: boolean;
  /** While there are bars on the terminal, lines must go through their painter. */
  print(line: string): void;
  state: "running" | "ending";
}

/** `redes demo`: the whole system on this machine, and one download in which a secondary dies. */
export async function demo(values: Values): Promise<ExitStatus> {
  const [folder, extra] = values.positionals;
  if (extra !== undefined) throw new UsageError(`unexpected argument ${extra}: demo takes one DIR`);
  if (folder !== undefined && kindOf(folder) !== "folder") throw new UsageError(`${folder}: there is no such folder`);
  const run: DemoRun = {
    servers: [],
    verbosity: values.verbosity(),
    secured: values.has("key"),
    print: toStdout,
    state: "running",
  };
  const root = await mkdtemp(join(tmpdir(), "redes-demo-"));
  const interrupted = new Promise<EndSignal>((resolve) => onSignals(resolve));
  try {
    return await Promise.race([runDemo(root, folder ?? null, run), interrupted]);
  } finally {
    run.state = "ending";
    await Promise.all(run.servers.map((server) => server.stop()));
    await rm(root, { recursive: true, force: true });
  }
}

async function runDemo(root: string, folder: string | null, run: DemoRun): Promise<number> {
  const { data, shared, downloads } = demoFolders(root);
  for (const path of [data, downloads, ...shared]) await mkdir(path, { recursive: true });
  title(run, `Three folders with different files${folder === null ? " (256 MiB, made up)" : ` from ${folder}`}`);
  const given = folder === null ? await makeUpFiles(shared, systemRandom) : await spreadFiles(folder, shared);
  for (const [index, files] of given.entries())
    narrate(run, `secondary ${index + 1}: ${files.map(describe).join(", ")}`);

  const keyFile = run.secured ? join(root, "cluster.key") : null;
  if (keyFile !== null) await makeKey(run, keyFile);
  title(run, "A central and three secondaries, which copy each other's files");
  const { port, secondaries } = await startServers(run, data, shared, keyFile);

  const largest = given.flat().reduce((best, file) => (file.size > best.size ? file : best));
  title(run, `Download of ${describe(largest)}, and secondary 2 dies in the middle of it`);
  const identity = { role: "client", name: "demo", rights: "read" } as const;
  const keys = keyFile === null ? null : await KeyKeeper.ofFiles(systemClock, identity, [keyFile]);
  const parts = (log: Log) =>
    clientParts({ central: { host: "127.0.0.1", port }, name: "demo", folder: downloads, keys }, log, () => {});
  const whole = await download(run, parts, largest, downloads, secondaries[1]);
  if (!whole) return EXIT.failed;
  const origin = given.findIndex((files) => files.includes(largest));
  const [before, after] = await Promise.all([
    sha256(pathUnder(shared[origin] ?? "", largest.name)),
    sha256(pathUnder(downloads, largest.name)),
  ]);
  if (before !== after) {
    run.print(`the download differs from the original: SHA-256 ${after} instead of ${before}`);
    return EXIT.failed;
  }
  narrate(run, `the download is the same as the original, SHA-256 ${after.slice(0, 16)}…`);
  title(run, "Done. Try it on your own: redes --help");
  return EXIT.done;
}

/** Starts the servers, and waits until every secondary holds every file. */
async function startServers(
  run: DemoRun,
  data: string,
  shared: readonly string[],
  keyFile: string | null,
): Promise<{ port: number; secondaries: readonly DemoServer[] }> {
  const start = (label: string, ...args: string[]) => {
    const server = new DemoServer(label, [...args, "--port", "0", "--data", data], keyFile, (event) => {
      if (run.state === "running" && isShown(event, run.verbosity)) run.print(`${label.padEnd(11)} ${event.message}`);
    });
    run.servers.push(server);
    return server;
  };
  const central = start("central", "central");
  const { port = 0 } = await central.event("listening");
  const began = systemClock.now();
  const secondaries = shared.map((path, index) => {
    const number = String(index + 1);
    return start(`secondary ${number}`, "secondary", "-n", number, "--central-port", String(port), "--dir", path);
  });
  await central.event("synchronized");
  narrate(run, `every secondary holds every file after ${formatDuration((systemClock.now() - began) / 1000)}`);
  return { port, secondaries };
}

async function makeKey(run: DemoRun, path: string): Promise<void> {
  title(run, "The key of this cluster: without it nobody gets in, and every connection is TLS");
  const { newClusterKey } = await import("../../keys/issue.ts");
  const key = await newClusterKey(systemClock.wall());
  await writeKeyFile(path, key);
  narrate(run, `fingerprint ${key.authority.fingerprint.slice(0, 16)}…`);
}

async function download(
  run: DemoRun,
  partsFor: (log: Log) => ClientParts,
  file: DemoFile,
  folder: string,
  victim: DemoServer | undefined,
): Promise<boolean> {
  const terminal = terminalLog({ verbosity: run.verbosity });
  const parts = partsFor(terminal.log);
  const painter = process.stderr.isTTY ? new Painter(systemClock, process.stderr, () => null) : null;
  if (painter) {
    run.print = (line) => painter.text(line);
    terminal.redirect((line) => painter.text(line));
  }
  let killed = false;
  const cancel = every(systemClock, 5, () => {
    const progress = parts.downloads.progress();
    painter?.items(progress);
    const [first] = progress;
    if (killed || !first || first.done < file.size * KILL_FRACTION) return;
    killed = true;
    victim?.kill();
    terminal.log.warn("killed", `secondary 2 was killed (kill -9) at ${Math.floor((first.done / file.size) * 100)} %`);
  });
  const destination = destinationIn(folder, file.name);
  const { result } = await parts.downloads.add({ name: file.name, destination, force: false, giveUpAfterMs: 30_000 });
  cancel();
  painter?.items([]);
  painter?.close();
  run.print = toStdout;
  if (result.event === "failed") {
    run.print(`the download failed: ${result.error}`);
    parts.stop();
    return false;
  }
  const { seconds, receivedBytes, retries, sources } = result;
  const rate = formatRate(receivedBytes / Math.max(seconds, 0.001));
  narrate(
    run,
    `${formatBytes(file.size)} in ${formatDuration(seconds)} (${rate}), ${plural(retries, "piece")} asked for again`,
  );
  for (const { number, bytes, faults = 0 } of sources) {
    const blame = faults > 0 ? `, with ${plural(faults, "fault")}` : "";
    narrate(run, `  ${formatBytes(bytes)} from secondary ${number}${blame}`);
  }
  title(run, "What the central knows now");
  await waitFor(
    () => parts.session.status().then(({ state }) => state.secondaries.some((one) => one.state === "lost")),
    killed,
  );
  narrate(run, statusText(await parts.session.status()));
  parts.stop();
  return true;
}

/** Waits, a little while, for the central to have noticed the loss. */
async function waitFor(check: () => Promise<boolean>, wanted: boolean): Promise<void> {
  for (let tries = 0; wanted && tries < 50 && !(await check()); tries++) await delay(systemClock, 20);
}

/** Whether a line of a server is shown. */
function isShown({ event, level }: LogEvent, verbosity: Verbosity): boolean {
  if (verbosity === "quiet") return level === "error";
  return verbosity === "verbose" || SHOWN_EVENTS.has(event) || level !== "info";
}

/** Says what happens, unless only what goes wrong is to be said. */
function narrate(run: DemoRun, line: string): void {
  if (run.verbosity !== "quiet") run.print(line);
}

function describe({ name, size }: DemoFile): string {
  return `${name} (${formatBytes(size)})`;
}

function toStdout(line: string): void {
  process.stdout.write(`${line}\n`);
}

function title(run: DemoRun, text: string): void {
  narrate(run, `\n== ${text}`);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}
