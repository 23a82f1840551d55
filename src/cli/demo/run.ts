import type { Verbosity } from "../../platform/log/log.ts";
import type { Sentence, Told } from "../../sentences/sentence.ts";
import { shownBytes } from "../../text/shown/numbers.ts";
import { shown } from "../../text/shown/sentence.ts";
import type { DemoServer } from "./cluster.ts";
import type { DemoFile } from "./files.ts";

/** `running`: it shows what it shows; `showing`: it is done, and the cluster's page stays; `ending`: its servers' lines are of no interest any more. */
type DemoState = "running" | "showing" | "ending";

/** One run of the demo: its servers, how far it is, and where lines go. */
export interface DemoRun {
  readonly servers: DemoServer[];
  readonly verbosity: Verbosity;
  /** Whether the cluster has a key. */
  readonly secured: boolean;
  /** Where the page is to be, as `--http` takes it; null: nowhere. */
  readonly http: string | null;
  /** While there are bars on the terminal, lines must go through their painter. */
  print(line: string): void;
  state: DemoState;
}

/** Says what happens, unless only what goes wrong is to be said. */
export function narrate(run: DemoRun, line: Told): void {
  if (run.verbosity !== "quiet") run.print(shown(line));
}

export function title(run: DemoRun, text: Sentence): void {
  narrate(run, `\n== ${shown(text)}`);
}

export function toStdout(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function describe({ name, size }: DemoFile): string {
  return `${name} (${shownBytes(size)})`;
}
