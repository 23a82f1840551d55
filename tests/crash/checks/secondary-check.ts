import fs from "node:fs";
import { basename, join, relative } from "node:path";
import { STAGING_FOLDER } from "../../../src/secondary/folder/marker.ts";
import { everything, shared } from "../../support/files.ts";
import type { CrashState } from "../model/crash-states.ts";
import type { History, Moment, NodeId, Note } from "../model/history.ts";
import { filesIn, materialize, type Tree } from "../model/tree.ts";
import { contentHash, contentsOf, NAMES, PHASE_END, PHASES, type Phase, type PhaseEnd } from "../scenarios/play.ts";
import type { Recording } from "../scenarios/record.ts";
import { copyOthers, type Others } from "../start/others.ts";
import { adoptFingerprints, recordedInodes } from "../start/recorded-fingerprints.ts";
import { adoptParts } from "../start/recorded-journals.ts";
import { RestartedMachine } from "../start/restarted-machine.ts";
import type { CrashCheck } from "./crash-check.ts";

/** Simulated milliseconds for a cluster to be in step again. */
const MOST_MS = 60_000;
/** And for which it stays so. */
const STAYS_MS = 5_000;
/** Lines of the logs that are shown when something is wrong. */
const LOGGED_LINES = 12;

/** `told`: the last phase, once the others have heard of what was restored. */
type Period = Phase | "told";

/** A file that all secondaries must have in the end; `certain`: none may lack it. */
interface ExpectedFile {
  readonly hash: string;
  readonly certain: boolean;
}

type Expected = ReadonlyMap<string, ExpectedFile>;

/** Where the copies are that a cluster is started from. */
interface Places extends Others {
  /** Of secondary 2. */
  readonly database2: string;
  readonly share2: string;
}

/**
 * What must be right of a secondary after a power loss: wherever it happened, the secondary starts by itself, and with the
 * others it comes to exactly the files that the cluster agreed on. No version that was on its disk is lost.
 */
export class SecondaryCheck implements CrashCheck {
  readonly name = "secondary";
  readonly history: History;
  private readonly inodes: ReadonlyMap<string, NodeId>;
  private readonly share: string;

  /** `scratch`: a folder for copies. */
  constructor(
    private readonly recording: Recording,
    private readonly scratch: string,
  ) {
    this.history = recording.secondary.history;
    this.inodes = recordedInodes(this.history);
    this.share = recording.secondary.folders.share;
  }

  periodOf(moment: Moment): Period {
    const { notes } = this.history;
    const ends = notes.filter(({ to, text }) => to === "user" && text.startsWith(PHASE_END));
    const phase = PHASES[ends.filter(({ at }) => at < moment).length];
    const isTold = phase === undefined || (phase === "restore" && moment >= this.announced());
    return isTold ? "told" : phase;
  }

  /** What is wrong; null when all is right. To be called from no promise. */
  fault(state: CrashState): string | null {
    const [named, all] = this.contents(state.tree);
    const wrong = [...named].find(([, hash]) => !this.recording.versions.has(hash));
    if (wrong) return `after the power loss ${wrong[0]} has bytes that nobody put there`;
    const places = this.prepare(state);
    using machine = new RestartedMachine(state.at, Date.now());
    machine.startCentral(places.central, 2);
    machine.startSecondary(1, places.database1, places.share1);
    const secondary = machine.startSecondary(2, places.database2, places.share2);
    const expected = this.expectedAt(state.at);
    const isRight = () => areRight([places.share1, places.share2], expected);
    const came = machine.runUntil(isRight, MOST_MS);
    machine.runUntil(() => false, STAYS_MS);
    const [failure] = machine.failures;
    if (failure !== undefined) return failure;
    if (!came || !isRight()) {
      const there = [places.share1, places.share2].map((share) => JSON.stringify([...contentsOf(share)]));
      const last = machine.logged.slice(-LOGGED_LINES).map(({ process, message }) => `${process}: ${message}`);
      return [`it ${came ? "did not stay" : "does not come"} in step: ${there.join(" and ")}`, ...last].join("\n  ");
    }
    const after = new Set(everything(places.share2).map((name) => hashOf(join(places.share2, name))));
    for (const hash of all) if (!after.has(hash)) return `a version that was there is lost: ${hash}`;
    const ids = [...secondary.index.files()].map(({ id }) => id);
    const left = leftoversIn(join(places.share2, STAGING_FOLDER), ids);
    return left.length > 0 ? `it has left ${left.join(", ")}` : null;
  }

  /** Hashes of what has a name in the shared folder, by path; and of all versions that are there, kept ones too. */
  private contents(tree: Tree): [Map<string, string>, Set<string>] {
    const named = new Map<string, string>();
    const all = new Set<string>();
    for (const [path, file] of filesIn(tree)) {
      const name = relative(this.share, path);
      const isShared = !name.startsWith(".");
      if (!isShared && !name.startsWith(".redes/kept/")) continue;
      const hash = contentHash(file.bytes());
      if (isShared) named.set(name, hash);
      if (this.recording.versions.has(hash)) all.add(hash);
    }
    return [named, all];
  }

  private expectedAt(moment: Moment): Expected {
    const period = this.periodOf(moment);
    const { files } = this.end(period === "told" ? "restore" : period);
    const isRestored = (name: string) => this.restored(name) <= moment;
    return new Map(
      [...files].map(([name, hash]) => [name, { hash, certain: period !== "restore" || isRestored(name) }]),
    );
  }

  private end(phase: Phase): PhaseEnd {
    const end = this.recording.phases.find((one) => one.phase === phase);
    if (!end) throw new Error(`the recording has no ${phase}`);
    return end;
  }

  /** When the user was told that a name is restored. */
  private restored(name: string): Moment {
    const said = (text: string) => text.includes('"event":"restored"') && text.includes(`"name":"${name}"`);
    return this.firstNote(({ to, text }) => to === "user" && said(text));
  }

  /** When the central was first told of what was restored. */
  private announced(): Moment {
    const restored = Math.max(...NAMES.map((name) => this.restored(name)));
    return this.firstNote(({ at, to, text }) => at > restored && to === "peer" && text.includes("announce"));
  }

  private firstNote(isWanted: (note: Note) => boolean): Moment {
    return this.history.notes.find(isWanted)?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Makes copies of all that a cluster is started from. */
  private prepare({ at, tree }: CrashState): Places {
    const { scratch } = this;
    fs.rmSync(scratch, { recursive: true, force: true });
    const period = this.periodOf(at);
    const others = this.end(period === "told" ? "restore" : period === "restore" ? "removal" : period);
    const { data, share } = this.recording.secondary.folders;
    const files = new Map<NodeId, string>();
    const moved = (path: string) => {
      const volume = [...tree.keys()].find((top) => path.startsWith(`${top}/`)) ?? "";
      const to = join(scratch, basename(volume));
      for (const [node, copied] of materialize(tree.get(volume) ?? new Map(), to)) files.set(node, copied);
      return join(to, relative(volume, path));
    };
    const [data2, share2] = [moved(data), moved(share)];
    // As the command does it.
    fs.mkdirSync(data2, { recursive: true });
    const database2 = join(data2, "secondary2.sqlite");
    adoptFingerprints(database2, this.inodes, files);
    adoptParts(files.values());
    return { ...copyOthers(others, scratch), database2, share2 };
  }
}

/** Whether these shared folders have exactly what is expected, and all the same. */
function areRight(shares: readonly string[], expected: Expected): boolean {
  const names = shares.map((share) => shared(share));
  const certain = [...expected].flatMap(([name, file]) => (file.certain ? [name] : []));
  const [first = []] = names;
  if (names.some((others) => others.join("/") !== first.join("/"))) return false;
  if (certain.some((name) => !first.includes(name))) return false;
  return shares.every((share) => [...contentsOf(share)].every(([name, hash]) => expected.get(name)?.hash === hash));
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
