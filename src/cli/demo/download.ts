import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type Destination, destinationIn, pathUnder } from "../../client/downloads/destination.ts";
import type { FinishedDownload } from "../../client/downloads/result.ts";
import { statusText } from "../../client/tables.ts";
import { Painter } from "../../console/interactive/painter.ts";
import { delay, every, systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { saidBytes, saidDuration, saidRate } from "../../platform/units.ts";
import { counted, say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
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
    terminal.log.warn(
      "killed",
      shown(say("secondary 2 was killed (kill -9) at {percent} %", { percent: Math.floor((done / file.size) * 100) })),
    );
  });
  const { result, ...ending } = await parts.downloads.add({
    name: file.name,
    destination,
    force: false,
    giveUpAfterMs: 30_000,
  });
  cancel();
  await close();
  painter?.items([]);
  painter?.close();
  run.print = toStdout;
  try {
    return await tellOfEnd(run, parts, file, { result, ...ending }, killed);
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
  { result, why }: Pick<FinishedDownload, "result" | "why">,
  killed: boolean,
): Promise<boolean> {
  const { event, error, seconds, receivedBytes, retries, sources } = result;
  if (event === "failed") {
    run.print(shown(say("the download failed: {error}", { error: why ?? error ?? "" })));
    return false;
  }
  const rate = saidRate(receivedBytes / Math.max(seconds, 0.001));
  narrate(
    run,
    say("{bytes} in {duration} ({rate}), {pieces} asked for again", {
      bytes: saidBytes(size),
      duration: saidDuration(seconds),
      rate,
      pieces: counted(retries, "piece"),
    }),
  );
  for (const { number, bytes, faults = 0 } of sources) {
    const blame = faults > 0 ? say(", with {faults}", { faults: counted(faults, "fault") }) : "";
    narrate(run, say("  {bytes} from secondary {number}{blame}", { bytes: saidBytes(bytes), number, blame }));
  }
  title(run, say("What the central knows now"));
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
