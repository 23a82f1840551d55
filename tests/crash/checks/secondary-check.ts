import fs from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { STAGING_FOLDER } from "../../../src/secondary/folder/marker.ts";
import { everything } from "../../support/files.ts";
import type { CrashState } from "../model/crash-states.ts";
import type { History, Moment, NodeId } from "../model/history.ts";
import { filesIn, materialize, type Tree } from "../model/tree.ts";
import { ExecutableProcesses } from "../scenarios/executable-processes.ts";
import {
  contentHash,
  contentsOf,
  NUMBERS,
  type Phase,
  type PhaseEnd,
  type SecondaryFolders,
  type SecondaryNumber,
  USER_PART,
} from "../scenarios/play.ts";
import type { Recording } from "../scenarios/record.ts";
import { copyOthers, type Others } from "../start/others.ts";
import { adoptFingerprints, recordedInodes } from "../start/recorded-fingerprints.ts";
import { adoptParts } from "../start/recorded-journals.ts";
import { RestartedMachine } from "../start/restarted-machine.ts";
import type { CrashCheck } from "./crash-check.ts";
import { type Period, type Timeline, timelineOfFirst, timelineOfSecond } from "./timeline.ts";

/** Simulated milliseconds for a cluster to be in step again. */
const MOST_MS = 60_000;
/** And for which it stays so. */
const STAYS_MS = 5_000;
/** Lines of the logs that are shown when something is wrong. */
const LOGGED_LINES = 12;

/** A file that all secondaries must have in the end; `certain`: none may lack it. */
interface ExpectedFile {
  readonly hash: string;
  readonly certain: boolean;
}

type Expected = ReadonlyMap<string, ExpectedFile>;

/** Where the copies are that a cluster is started from. */
interface Places {
  readonly others: Others;
  readonly own: { readonly database: string; readonly share: string };
}

/**
 * What must be right of a secondary after a power loss: wherever it happened, the secondary starts by itself, and with the
 * others it comes to exactly the files that the cluster agreed on. No version that was on its disk is lost.
 */
export class SecondaryCheck implements CrashCheck {
  readonly name: string;
  readonly history: History;
  private readonly folders: SecondaryFolders;
  private readonly timeline: Timeline;
  private readonly inodes: ReadonlyMap<string, NodeId>;

  /** `scratch`: a folder for copies. */
  constructor(
    private readonly recording: Recording,
    private readonly number: SecondaryNumber,
    private readonly scratch: string,
  ) {
    this.name = `secondary ${number}`;
    const { history, folders } = recording.secondaries[number];
    this.history = history;
    this.folders = folders;
    this.timeline = number === 1 ? timelineOfFirst(history) : timelineOfSecond(history);
    this.inodes = recordedInodes(history);
  }

  periodOf(moment: Moment): string | null {
    return this.timeline.periodAt(moment)?.name ?? null;
  }

  fault(state: CrashState): string | null {
    const { untrue, kept } = this.contents(state.tree);
    const period = this.timeline.periodAt(state.at);
    if (untrue !== null || period === null) return untrue;
    const { others, own } = this.prepare(state, period);
    using machine = new RestartedMachine(state.at, Date.now());
    machine.startCentral(others.central, NUMBERS.length);
    machine.startSecondary(this.other, others.database, others.share);
    const secondary = machine.startSecondary(this.number, own.database, own.share);
    const shares = [others.share, own.share];
    const isRight = () => areRight(shares, this.expectedIn(period, state.at));
    const came = machine.runUntil(isRight, MOST_MS);
    machine.runUntil(() => false, STAYS_MS);
    const [failure] = machine.failures;
    if (failure !== undefined) return failure;
    if (!came || !isRight()) {
      const there = shares.map((share) => JSON.stringify([...sharedContents(share)]));
      const last = machine.logged.slice(-LOGGED_LINES).map(({ process, message }) => `${process}: ${message}`);
      return [`it ${came ? "did not stay" : "does not come"} in step: ${there.join(" and ")}`, ...last].join("\n  ");
    }
    const ids = [...secondary.index.files()].map(({ id }) => id);
    const left = leftoversIn(join(own.share, STAGING_FOLDER), ids);
    return left.length > 0 ? `it has left ${left.join(", ")}` : findLost(kept, own.share);
  }

  async faultOfProcesses(state: CrashState): Promise<string | null> {
    const { untrue, kept } = this.contents(state.tree);
    const period = this.timeline.periodAt(state.at);
    if (untrue !== null || period === null) return untrue;
    const { others, own } = this.prepare(state, period);
    await using processes = new ExecutableProcesses(this.scratch);
    const central = processes.server("central", ["--secondaries", "2", "--data", dirname(others.central)], null);
    await central.waitFor("listening");
    for (const [number, { database, share }] of [
      [this.other, others],
      [this.number, own],
    ] as const) {
      processes.server("secondary", ["-n", `${number}`, "--data", dirname(database), "--dir", share], null);
    }
    const expected = this.expectedIn(period, state.at);
    await processes.until("all is in step", async () => areRight([others.share, own.share], expected));
    return findLost(kept, own.share);
  }

  private get other(): SecondaryNumber {
    return this.number === 1 ? 2 : 1;
  }

  /** What has the name of a file and is no version of one; and hashes of all versions that are there, kept ones too. */
  private contents(tree: Tree): { readonly untrue: string | null; readonly kept: ReadonlySet<string> } {
    let untrue: string | null = null;
    const kept = new Set<string>();
    for (const [path, file] of filesIn(tree)) {
      const name = relative(this.folders.share, path);
      const isShared = !name.startsWith(".") && !name.endsWith(USER_PART);
      if (!isShared && !name.startsWith(".redes/kept/")) continue;
      const hash = contentHash(file.bytes());
      if (this.recording.versions.has(hash)) kept.add(hash);
      else if (isShared) untrue = `after the power loss ${name} has bytes that nobody put there`;
    }
    return { untrue, kept };
  }

  private expectedIn({ expected }: Period, moment: Moment): Expected {
    const { files } = this.end(expected);
    const certain = (name: string) => this.timeline.isCertain(name, moment);
    return new Map([...files].map(([name, hash]) => [name, { hash, certain: certain(name) }]));
  }

  private end(phase: Phase): PhaseEnd {
    const end = this.recording.phases.find((one) => one.phase === phase);
    if (!end) throw new Error(`the recording has no ${phase}`);
    return end;
  }

  /** Makes copies of all that a cluster is started from. */
  private prepare({ tree }: CrashState, period: Period): Places {
    const { scratch, number } = this;
    fs.rmSync(scratch, { recursive: true, force: true });
    const files = new Map<NodeId, string>();
    const moved = (path: string) => {
      const volume = [...tree.keys()].find((top) => path.startsWith(`${top}/`)) ?? "";
      const to = join(scratch, basename(volume));
      for (const [node, copied] of materialize(tree.get(volume) ?? new Map(), to)) files.set(node, copied);
      return join(to, relative(volume, path));
    };
    const [data, share] = [moved(this.folders.data), moved(this.folders.share)];
    // As the command does it.
    fs.mkdirSync(data, { recursive: true });
    const database = join(data, `secondary${number}.sqlite`);
    adoptFingerprints(database, this.inodes, files);
    adoptParts(files.values());
    return { others: copyOthers(this.end(period.others), this.other, scratch), own: { database, share } };
  }
}

/** What a shared folder has, without what a user's program has left of a file that it was about to put there. */
function sharedContents(share: string): Map<string, string> {
  return new Map([...contentsOf(share)].filter(([name]) => !name.endsWith(USER_PART)));
}

/** Whether these shared folders have exactly what is expected, and all the same. */
function areRight(shares: readonly string[], expected: Expected): boolean {
  const [first = new Map(), ...others] = shares.map(sharedContents);
  const isSame = (other: ReadonlyMap<string, string>) =>
    other.size === first.size && [...other].every(([name, hash]) => first.get(name) === hash);
  const isWhole = [...expected].every(([name, file]) => !file.certain || first.has(name));
  const isAgreed = [...first].every(([name, hash]) => expected.get(name)?.hash === hash);
  return isWhole && isAgreed && others.every(isSame);
}

/**
 * What should not be in a staging folder once all files are there: work files of these versions, and folders of copies. Parts
 * of versions that are not wanted now stay for some days.
 */
function leftoversIn(staging: string, ids: readonly string[]): string[] {
  const entries = fs.readdirSync(staging, { withFileTypes: true });
  const isLeft = ({ name }: fs.Dirent) => ids.some((id) => name.startsWith(id));
  return entries
    .filter((entry) => (entry.isDirectory() ? entry.name !== "kept" : isLeft(entry)))
    .map(({ name }) => name);
}

/** A version of these that is not in a shared folder any more, nor kept. */
function findLost(kept: ReadonlySet<string>, share: string): string | null {
  const there = new Set(everything(share).map((name) => hashOf(join(share, name))));
  const lost = [...kept].find((hash) => !there.has(hash));
  return lost === undefined ? null : `a version that was there is lost: ${lost}`;
}

function hashOf(path: string): string {
  return contentHash(fs.readFileSync(path));
}
