import fs from "node:fs";
import { basename, join, relative } from "node:path";
import { STAGING_FOLDER } from "../../../src/secondary/folder/marker.ts";
import { everything } from "../../support/files.ts";
import type { CrashState } from "../model/crash-states.ts";
import type { History, Moment, NodeId } from "../model/history.ts";
import { filesIn, materialize, type Tree } from "../model/tree.ts";
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

  /** What is wrong; null when all is right. To be called from no promise. */
  fault(state: CrashState): string | null {
    const [named, all] = this.contents(state.tree);
    const wrong = [...named].find(([, hash]) => !this.recording.versions.has(hash));
    if (wrong) return `after the power loss ${wrong[0]} has bytes that nobody put there`;
    const period = this.timeline.periodAt(state.at);
    if (period === null) return null;
    const { others, own } = this.prepare(state, period);
    const other = this.number === 1 ? 2 : 1;
    using machine = new RestartedMachine(state.at, Date.now());
    machine.startCentral(others.central, NUMBERS.length);
    machine.startSecondary(other, others.database, others.share);
    const secondary = machine.startSecondary(this.number, own.database, own.share);
    const expected = this.expectedIn(period, state.at);
    const shares = [others.share, own.share];
    const isRight = () => areRight(shares, expected);
    const came = machine.runUntil(isRight, MOST_MS);
    machine.runUntil(() => false, STAYS_MS);
    const [failure] = machine.failures;
    if (failure !== undefined) return failure;
    if (!came || !isRight()) {
      const there = shares.map((share) => JSON.stringify([...sharedContents(share)]));
      const last = machine.logged.slice(-LOGGED_LINES).map(({ process, message }) => `${process}: ${message}`);
      return [`it ${came ? "did not stay" : "does not come"} in step: ${there.join(" and ")}`, ...last].join("\n  ");
    }
    const after = new Set(everything(own.share).map((name) => hashOf(join(own.share, name))));
    for (const hash of all) if (!after.has(hash)) return `a version that was there is lost: ${hash}`;
    const ids = [...secondary.index.files()].map(({ id }) => id);
    const left = leftoversIn(join(own.share, STAGING_FOLDER), ids);
    return left.length > 0 ? `it has left ${left.join(", ")}` : null;
  }

  /** Hashes of what has a name in the shared folder, by path; and of all versions that are there, kept ones too. */
  private contents(tree: Tree): [Map<string, string>, Set<string>] {
    const named = new Map<string, string>();
    const all = new Set<string>();
    for (const [path, file] of filesIn(tree)) {
      const name = relative(this.folders.share, path);
      const isShared = !name.startsWith(".") && !name.endsWith(USER_PART);
      if (!isShared && !name.startsWith(".redes/kept/")) continue;
      const hash = contentHash(file.bytes());
      if (isShared) named.set(name, hash);
      if (this.recording.versions.has(hash)) all.add(hash);
    }
    return [named, all];
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
    return { others: copyOthers(this.end(period.others), number === 1 ? 2 : 1, scratch), own: { database, share } };
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

function hashOf(path: string): string {
  return contentHash(fs.readFileSync(path));
}
