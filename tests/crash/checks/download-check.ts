import fs from "node:fs";
import { join, relative } from "node:path";
import type { FinishedDownload } from "../../../src/client/downloads/result.ts";
import { isWorkName } from "../../../src/transfer/sinks/work-files/work-files.ts";
import { everything } from "../../support/files.ts";
import type { CrashState } from "../model/crash-states.ts";
import type { History, Moment } from "../model/history.ts";
import { filesIn, materialize } from "../model/tree.ts";
import { contentHash, contentsOf, NAMES, type PhaseEnd } from "../scenarios/play.ts";
import type { Recording } from "../scenarios/record.ts";
import type { BootIdentity } from "../start/immediate-disk.ts";
import { copyOthers } from "../start/others.ts";
import { adoptParts } from "../start/recorded-journals.ts";
import { RestartedMachine } from "../start/restarted-machine.ts";
import type { CrashCheck } from "./crash-check.ts";

/** Simulated milliseconds for the downloads. */
const MOST_MS = 120_000;

/**
 * What must be right of downloads after a power loss: what was reported as done is there; nothing has the name of a file but
 * a version of it; and the same command, given again, ends with the right files and leaves nothing else.
 */
export class DownloadCheck implements CrashCheck {
  readonly name = "downloads";
  readonly history: History;

  /** `scratch`: a folder for copies. */
  constructor(
    private readonly recording: Recording,
    private readonly scratch: string,
    private readonly boot?: BootIdentity,
  ) {
    this.history = recording.client.history;
  }

  periodOf(moment: Moment): string {
    return String(this.periodAt(moment));
  }

  fault(state: CrashState): string | null {
    const untrue = this.findUntrue(state);
    if (untrue !== null) return untrue;
    const period = this.periodAt(state.at);
    const others = this.end(period);
    fs.rmSync(this.scratch, { recursive: true, force: true });
    const places = copyOthers(others, 1, this.scratch);
    const [volume = ""] = state.tree.keys();
    const top = join(this.scratch, "client");
    adoptParts(materialize(state.tree.get(volume) ?? new Map(), top).values());
    const folder = join(top, relative(volume, this.recording.client.folder));
    using machine = new RestartedMachine(state.at, Date.now(), this.boot);
    machine.startCentral(places.central, 2);
    machine.startSecondary(1, places.database, places.share);
    const client = machine.startClient();
    const ended: FinishedDownload[] = [];
    for (const name of NAMES) {
      const destination = { kind: "file", path: join(folder, name) } as const;
      void client
        .add({ name, destination, force: period === 1, giveUpAfterMs: MOST_MS })
        .then((end) => ended.push(end));
    }
    machine.runUntil(() => ended.length === NAMES.length, MOST_MS);
    const failure = ended.find((end) => end.failure !== null)?.result.error ?? machine.failures[0];
    if (failure !== undefined) return failure;
    if (ended.length < NAMES.length) return "a download does not end";
    const found = contentsOf(folder);
    const wrong = NAMES.find((name) => found.get(name) !== others.files.get(name));
    if (wrong !== undefined) return `${wrong} is not what it should be`;
    const left = everything(top).filter((path) => isWorkName(path));
    return left.length > 0 ? `it has left ${left.join(", ")}` : null;
  }

  /** 0 or 1: the first download of each file, or the second. */
  private periodAt(moment: Moment): number {
    return NAMES.every((name) => this.doneAt(name, 0) < moment) ? 1 : 0;
  }

  private end(period: number): PhaseEnd {
    const phase = period === 0 ? "copy" : "replacement";
    const end = this.recording.phases.find((one) => one.phase === phase);
    if (!end) throw new Error(`the recording has no ${phase}`);
    return end;
  }

  /** What was reported as done and is not there, or has a name and is no version of it; null when there is neither. */
  private findUntrue({ tree, at }: CrashState): string | null {
    const files = filesIn(tree);
    for (const name of NAMES) {
      const file = files.get(join(this.recording.client.folder, name));
      const hash = file && contentHash(file.bytes());
      const versions = [0, 1].map((period) => this.end(period).files.get(name));
      if (hash !== undefined && !versions.includes(hash)) return `${name} has bytes that nobody put there`;
      if (this.doneAt(name, 1) <= at && hash !== versions[1]) return `${name} was replaced, and is not the new one`;
      if (this.doneAt(name, 0) <= at && hash === undefined) return `${name} was reported as done, and is not there`;
    }
    return null;
  }

  /** When a download of a name was reported as done: the first one, or the second. */
  private doneAt(name: string, period: number): Moment {
    const { notes } = this.history;
    const isDone = (text: string) => text.includes('"event":"done"') && text.includes(`"name":"${name}"`);
    return notes.filter(({ to, text }) => to === "user" && isDone(text))[period]?.at ?? Number.POSITIVE_INFINITY;
  }
}
