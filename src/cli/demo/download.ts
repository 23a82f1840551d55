import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Destination, destinationIn, pathUnder } from "../../client/downloads/destination.ts";
import type { DownloadResult } from "../../client/downloads/result.ts";
import { statusText } from "../../client/tables.ts";
import { Painter } from "../../console/interactive/painter.ts";
import { delay, every, systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatBytes, formatDuration, formatRate, plural } from "../../platform/units.ts";
import type { ClientParts } from "../client/parts.ts";
import { terminalLog } from "../server/terminal-log.ts";
import type { DemoServer } from "./cluster.ts";
import type { DemoFile } from "./files.ts";
import { openPacedFile } from "./paced-file.ts";
import { type DemoRun, narrate, title, toStdout } from "./run.ts";

/** Of the file, how much has come when a secondary is killed. */
const KILL_FRACTION = 0.4;

export interface DemoDownload {
  readonly file: DemoFile;
  /** Where it goes. */
  readonly folder: string;
  /** The secondary that dies. */
  readonly victim: DemoServer | undefined;
  readonly partsFor: (log: Log) => ClientParts;
}

/** Downloads a file, kills a secondary meanwhile, and shows what the central knows then. Whether the file came. */
export async function downloadAndKill(
  run: DemoRun,
  { file, folder, victim, partsFor }: DemoDownload,
): Promise<boolean> {
  const terminal = terminalLog({ verbosity: run.verbosity });
  const parts = partsFor(terminal.log);
  const painter = process.stderr.isTTY ? new Painter(systemClock, process.stderr, () => null) : null;
  if (painter) {
    run.print = (line) => painter.text(line);
    terminal.redirect((line) => painter.text(line));
  }
  const { destination, taken, close } = await destinationFor(run, file, folder);
  let killed = false;
  const cancel = every(systemClock, 5, () => {
    const progress = parts.downloads.progress();
    painter?.items(progress);
    const done = taken?.() ?? progress[0]?.done ?? 0;
    if (killed || progress.length === 0 || done < file.size * KILL_FRACTION) return;
    killed = true;
    victim?.kill();
    terminal.log.warn("killed", `secondary 2 was killed (kill -9) at ${Math.floor((done / file.size) * 100)} %`);
  });
  const { result } = await parts.downloads.add({ name: file.name, destination, force: false, giveUpAfterMs: 30_000 });
  cancel();
  await close();
  painter?.items([]);
  painter?.close();
  run.print = toStdout;
  try {
    return await tellOfEnd(run, parts, file, result, killed);
  } finally {
    void parts.stop();
  }
}

interface Receiver {
  readonly destination: Destination;
  /** Bytes that it has taken; null where it takes them as they come. */
  readonly taken: (() => number) | null;
  close(): Promise<void>;
}

async function destinationFor({ http }: DemoRun, file: DemoFile, folder: string): Promise<Receiver> {
  if (http === null) return { destination: destinationIn(folder, file.name), taken: null, close: async () => {} };
  const path = pathUnder(folder, file.name);
  await mkdir(dirname(path), { recursive: true });
  return openPacedFile(path, file);
}

async function tellOfEnd(
  run: DemoRun,
  { session }: ClientParts,
  { size }: DemoFile,
  { event, error, seconds, receivedBytes, retries, sources }: DownloadResult,
  killed: boolean,
): Promise<boolean> {
  if (event === "failed") {
    run.print(`the download failed: ${error}`);
    return false;
  }
  const rate = formatRate(receivedBytes / Math.max(seconds, 0.001));
  narrate(
    run,
    `${formatBytes(size)} in ${formatDuration(seconds)} (${rate}), ${plural(retries, "piece")} asked for again`,
  );
  for (const { number, bytes, faults = 0 } of sources) {
    const blame = faults > 0 ? `, with ${plural(faults, "fault")}` : "";
    narrate(run, `  ${formatBytes(bytes)} from secondary ${number}${blame}`);
  }
  title(run, "What the central knows now");
  await waitFor(
    () => session.status().then(({ state }) => state.secondaries.some((one) => one.state === "lost")),
    killed,
  );
  narrate(run, statusText(await session.status()));
  return true;
}

/** Waits, a little while, for the central to have noticed the loss. */
async function waitFor(check: () => Promise<boolean>, wanted: boolean): Promise<void> {
  for (let tries = 0; wanted && tries < 50 && !(await check()); tries++) await delay(systemClock, 20);
}
