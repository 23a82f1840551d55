import fs from "node:fs";
import { dirname, join, relative } from "node:path";
import type { FinishedDownload } from "../../../src/client/downloads/result.ts";
import { isWorkName } from "../../../src/transfer/sinks/work-files/work-files.ts";
import { everything } from "../../support/files.ts";
import type { CrashState } from "../model/crash-states.ts";
import type { History, Moment } from "../model/history.ts";
import { filesIn, materialize } from "../model/tree.ts";
import { ExecutableProcesses } from "../scenarios/executable-processes.ts";
import { contentHash, contentsOf, type PhaseEnd } from "../scenarios/play.ts";
import type { RecordedDownloads, Recording } from "../scenarios/record.ts";
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
  readonly name: string;
  readonly history: History;

  /** `scratch`: a folder for copies. */
  constructor(
    private readonly recording: Recording,
    private readonly downloads: RecordedDownloads,
    private readonly scratch: string,
    private readonly boot?: BootIdentity,
  ) {
    this.name = downloads.name;
    this.history = downloads.history;
  }

  periodOf(moment: Moment): string {
    return String(this.periodAt(moment));
  }

  fault(state: CrashState): string | null {
    const untrue = this.findUntrue(state);
    if (untrue !== null) return untrue;
    const { others, top, folder } = this.prepare(state);
    using machine = new RestartedMachine(state.at, Date.now(), this.boot);
    machine.startCentral(others.central, 2);
    machine.startSecondary(1, others.database, others.share);
    const client = machine.startClient();
    const ended: FinishedDownload[] = [];
    const { files } = this.downloads;
    for (const name of files) {
      const destination = { kind: "file", path: join(folder, name) } as const;
      const force = this.periodAt(state.at) === 1;
      void client.add({ name, destination, force, giveUpAfterMs: MOST_MS }).then((end) => ended.push(end));
    }
    machine.runUntil(() => ended.length === files.length, MOST_MS);
    const failure = ended.find((end) => end.failure !== null)?.result.error ?? machine.failures[0];
    if (failure !== undefined) return failure;
    return ended.length < files.length ? "a download does not end" : this.findWrong(state, top, folder);
  }

  async faultOfProcesses(state: CrashState): Promise<string | null> {
    const untrue = this.findUntrue(state);
    if (untrue !== null) return untrue;
    const { others, top, folder } = this.prepare(state, "another boot than that of this machine");
    await using processes = new ExecutableProcesses(this.scratch);
    const central = processes.server("central", ["--secondaries", "2", "--data", dirname(others.central)], null);
    await central.waitFor("listening");
    const { database, share } = others;
    processes.server("secondary", ["-n", "1", "--data", dirname(database), "--dir", share], null);
    const force = this.periodAt(state.at) === 1 ? ["--force"] : [];
    await processes.client(["get", ...this.downloads.files, "--dir", folder, ...force], null);
    return this.findWrong(state, top, folder);
  }

  /** Makes copies of the volume and of what the others had. */
  private prepare({ at, tree }: CrashState, session?: string) {
    fs.rmSync(this.scratch, { recursive: true, force: true });
    const others = copyOthers(this.end(this.periodAt(at)), 1, this.scratch);
    const [volume = ""] = tree.keys();
    const top = join(this.scratch, "client");
    adoptParts(materialize(tree.get(volume) ?? new Map(), top).values(), session);
    return { others, top, folder: join(top, relative(volume, this.downloads.folder)) };
  }

  /** What is not as it should be when the downloads have ended well. */
  private findWrong({ at }: CrashState, top: string, folder: string): string | null {
    const found = contentsOf(folder);
    const expected = this.end(this.periodAt(at)).files;
    const wrong = this.downloads.files.find((name) => found.get(name) !== expected.get(name));
    if (wrong !== undefined) return `${wrong} is not what it should be`;
    const left = everything(top).filter((path) => isWorkName(path));
    return left.length > 0 ? `it has left ${left.join(", ")}` : null;
  }

  /** 0 or 1: the first download of each file, or the second. */
  private periodAt(moment: Moment): number {
    const { files, rounds } = this.downloads;
    return rounds === 2 && files.every((name) => this.doneAt(name, 0) < moment) ? 1 : 0;
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
    for (const name of this.downloads.files) {
      const file = files.get(join(this.downloads.folder, name));
      const hash = file && contentHash(file.bytes());
      const versions = [0, 1].map((period) => this.end(period).files.get(name));
      if (hash !== undefined && !versions.includes(hash)) return `${name} has bytes that nobody put there`;
      if (this.doneAt(name, 1) <= at && hash !== versions[1])
        return `${name} was reported as done in its new version, and is not it`;
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
