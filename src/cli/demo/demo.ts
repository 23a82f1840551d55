import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathUnder } from "../../client/downloads/destination.ts";
import { originOf } from "../../http/server/web-address.ts";
import { writeKeyFile } from "../../keys/key-file.ts";
import { KeyKeeper } from "../../keys/key-keeper.ts";
import { formatAddress } from "../../net/address/address.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Log, Verbosity } from "../../platform/log/log.ts";
import { systemRandom } from "../../platform/random.ts";
import { saidDuration } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { clientParts } from "../client/parts.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { kindOf, type Values } from "../flags/values.ts";
import { NO_LIMITS } from "../limits/limit-flags.ts";
import { type EndSignal, type ExitStatus, onSignals } from "../signals.ts";
import { DemoServer, demoFolders, type LogEvent } from "./cluster.ts";
import { downloadAndKill } from "./download.ts";
import { makeUpFiles, spreadFiles } from "./files.ts";
import { type DemoRun, describe, narrate, title, toStdout } from "./run.ts";

/** Events of the servers that a person wants to see. */
const SHOWN_EVENTS = new Set(["secondary", "copied", "copying", "synchronized", "lost", "downloaded", "error"]);

/** `redes demo`: the whole system on this machine, and one download in which a secondary dies. */
export async function demo(values: Values): Promise<ExitStatus> {
  const folder = folderIn(values);
  const http = values.httpHere();
  if (http && values.has("key"))
    throw new UsageError(
      say("--key and --http: give one of them, since no browser knows the certificate of the demo's key"),
    );
  const run: DemoRun = {
    servers: [],
    verbosity: values.verbosity(),
    secured: values.has("key"),
    http: http && formatAddress(http),
    print: toStdout,
    state: "running",
  };
  const root = await mkdtemp(join(tmpdir(), "redes-demo-"));
  const interrupted = new Promise<EndSignal>((resolve) => onSignals(resolve));
  // To be ended is what a demo waits for that has shown everything.
  const ended = interrupted.then((signal) => (run.state === "showing" ? EXIT.done : signal));
  try {
    return await Promise.race([runDemo(root, folder, run), ended]);
  } finally {
    run.state = "ending";
    await Promise.all(run.servers.map((server) => server.stop()));
    await rm(root, { recursive: true, force: true });
  }
}

/** The user's folder; null: files are made up. */
function folderIn(values: Values): string | null {
  const [folder = null, extra] = values.positionals;
  if (extra !== undefined) throw new UsageError(say("unexpected argument {extra}: demo takes one DIR", { extra }));
  if (folder === null || kindOf(folder) === "folder") return folder;
  const port =
    values.has("http") && /^[\d.:[\]]+$/.test(folder) ? say("; a port is written --http={folder}", { folder }) : "";
  throw new UsageError(say("{folder}: there is no such folder{port}", { folder, port }));
}

async function runDemo(root: string, folder: string | null, run: DemoRun): Promise<number> {
  const { data, shared, downloads } = demoFolders(root);
  for (const path of [data, downloads, ...shared]) await mkdir(path, { recursive: true });
  title(
    run,
    folder === null
      ? say("Three folders with different files (256 MiB, made up)")
      : say("Three folders with different files from {folder}", { folder }),
  );
  const given = folder === null ? await makeUpFiles(shared, systemRandom) : await spreadFiles(folder, shared);
  for (const [index, files] of given.entries())
    narrate(run, say("secondary {number}: {files}", { number: index + 1, files: files.map(describe) }));

  const keyFile = run.secured ? join(root, "cluster.key") : null;
  if (keyFile !== null) await makeKey(run, keyFile);
  title(run, say("A central and three secondaries, which copy each other's files"));
  const { port, page, secondaries } = await startServers(run, data, shared, keyFile);

  const file = given.flat().reduce((best, one) => (one.size > best.size ? one : best));
  title(run, say("Download of {file}, and secondary 2 dies in the middle of it", { file: describe(file) }));
  const identity = { role: "client", name: "demo", rights: "read" } as const;
  const keys = keyFile === null ? null : await KeyKeeper.ofFiles(systemClock, identity, [keyFile]);
  const central = { host: "127.0.0.1", port };
  const own = { name: "demo", folder: downloads, keys, limits: NO_LIMITS, verifiedFiles: null };
  const options = { central, advice: null, ...own };
  const partsFor = (log: Log) => clientParts(options, log, () => {});
  const whole = await downloadAndKill(run, { file, folder: downloads, victim: secondaries[1], partsFor });
  if (!whole) return EXIT.failed;
  const origin = given.findIndex((files) => files.includes(file));
  const [before, after] = await Promise.all([
    sha256(pathUnder(shared[origin] ?? "", file.name)),
    sha256(pathUnder(downloads, file.name)),
  ]);
  if (before !== after) {
    run.print(
      shown(say("the download differs from the original: SHA-256 {after} instead of {before}", { after, before })),
    );
    return EXIT.failed;
  }
  narrate(run, say("the download is the same as the original, SHA-256 {start}…", { start: after.slice(0, 16) }));
  if (page !== null) return show(run, page, shared[0] ?? "");
  title(run, say("Done. Try it on your own: redes --help"));
  return EXIT.done;
}

/** Leaves the cluster as it is, until the demo is ended. */
function show(run: DemoRun, page: string, shared: string): Promise<number> {
  run.state = "showing";
  title(run, say("Done. The page of the cluster stays until Ctrl-C: {page}", { page }));
  narrate(run, say("what is put into {shared} appears there", { shared }));
  return new Promise(() => {});
}

interface DemoCluster {
  readonly port: number;
  /** Where its page is; null: nowhere. */
  readonly page: string | null;
  readonly secondaries: readonly DemoServer[];
}

/** Starts the servers, and waits until every secondary holds every file. */
async function startServers(
  run: DemoRun,
  data: string,
  shared: readonly string[],
  keyFile: string | null,
): Promise<DemoCluster> {
  const start = (label: string, ...args: string[]) => {
    const server = new DemoServer(label, [...args, "--port", "0", "--data", data], keyFile, (event) => {
      if (run.state !== "ending" && isShown(event, run.verbosity)) run.print(`${label.padEnd(11)} ${event.message}`);
    });
    run.servers.push(server);
    return server;
  };
  const { http } = run;
  const central = start("central", "central", ...(http === null ? [] : ["--http", http]));
  const { port = 0 } = await central.event("listening");
  const page = http === null ? null : await pageOf(run, central);
  const began = systemClock.now();
  const secondaries = shared.map((path, index) => {
    const number = String(index + 1);
    const own = ["-n", number, "--dir", path, ...(http === null ? [] : ["--http", "0"])];
    return start(`secondary ${number}`, "secondary", "--central-port", String(port), ...own);
  });
  await central.event("synchronized");
  narrate(
    run,
    say("every secondary holds every file after {duration}", {
      duration: saidDuration((systemClock.now() - began) / 1000),
    }),
  );
  return { port, page, secondaries };
}

/** Says where the page is, whatever else is to be said: without it nobody could see it. */
async function pageOf(run: DemoRun, central: DemoServer): Promise<string> {
  const { ip = "", port = 0 } = await central.event("http-listening");
  const page = `${originOf({ host: ip, port, tls: false })}/`;
  run.print(shown(say("the page of the cluster: {page}", { page })));
  return page;
}

async function makeKey(run: DemoRun, path: string): Promise<void> {
  title(run, say("The key of this cluster: without it nobody gets in, and every connection is TLS"));
  const { newClusterKey } = await import("../../keys/issue.ts");
  const key = await newClusterKey(systemClock.wall());
  await writeKeyFile(path, key);
  narrate(run, say("fingerprint {start}…", { start: key.authority.fingerprint.slice(0, 16) }));
}

/** Whether a line of a server is shown. */
function isShown({ event, level }: LogEvent, verbosity: Verbosity): boolean {
  if (verbosity === "quiet") return level === "error";
  return verbosity === "verbose" || SHOWN_EVENTS.has(event) || level !== "info";
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}
