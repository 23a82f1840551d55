import { progressOf } from "../../../http/api/figures/download-progress.ts";
import type { ClusterEvent } from "../../../http/events/cluster-event.ts";
import { FirstOfMany } from "../../../http/events/first-of-many.ts";
import { englishOrNull } from "../../../sentences/sentence.ts";
import { stateOf } from "../../cluster-status.ts";
import type { AdmittedDownload } from "../../downloads/admission-queue.ts";
import type { FiguresDirectory } from "../../figures/cluster-figures.ts";
import type { CentralObserver, ObservedFile } from "../../observer.ts";
import type { SecondaryView } from "../../registry/secondary-table.ts";
import { secondaryAnswerOf } from "../api/api-answers.ts";
import type { MeasuredCentral } from "../central-metrics.ts";

/** What is told of one after the other between two calls of `drain`; what is more shares an event. */
const MAX_FILES = 10;
const MAX_CHANGED_NAMES = 100;
const MAX_DOWNLOADS = 100;
const MAX_ACCUSATIONS = 20;
/** Downloads in an event about their progress. */
const MAX_PROGRESS = 200;
/** Secondaries whose figures are told of at once; of each change of a state is told. */
const MAX_FIGURES = 100;
/** Calls of `drain` between two events about figures: the progress of downloads, and what a secondary holds. */
const CALLS_BETWEEN_FIGURES = 4;

type FileWhat = ObservedFile["what"];
type Kind = Extract<ClusterEvent, { type: "file" }>["what"];

interface ToldSecondary {
  readonly state: string;
  readonly isPresent: boolean;
  readonly text: string;
}

/** What the feed looks at. */
export type FedCentral = Pick<MeasuredCentral, "serving"> & {
  readonly registry: Pick<MeasuredCentral["registry"], "catalogue"> & {
    readonly secondaries: { sorted(): readonly SecondaryView[] };
  };
  readonly figures: FiguresDirectory;
  readonly admission: { downloads(): readonly AdmittedDownload[] };
};

/**
 * Makes events of what happens in a central: few, however much happens at once, so that thousands of files that arrive do
 * not flood those who listen. Sans-I/O.
 */
export class EventFeed implements CentralObserver {
  private readonly files = new Map<FileWhat, FirstOfMany<ObservedFile>>();
  private readonly downloads = new FirstOfMany<ClusterEvent>(MAX_DOWNLOADS);
  private readonly accusations = new FirstOfMany<ClusterEvent>(MAX_ACCUSATIONS);
  /** Null: too many. */
  private changedNames: Set<string> | null = new Set();
  /** What was told last: of each secondary its state, and all of it as JSON; of downloads their progress as JSON. */
  private readonly toldSecondaries = new Map<number, ToldSecondary>();
  private toldProgress = new Map<string, string>();
  private toldMissing: string | null | undefined;
  /** Whether it was known at the last call which files there are. */
  private wasListed = true;
  private calls = 0;

  downloadAsked(entry: AdmittedDownload): void {
    if (entry.startedAt === null) this.downloads.add(downloadEvent(entry));
  }

  downloadBegun(entry: AdmittedDownload): void {
    this.downloads.add(downloadEvent(entry));
  }

  downloadEnded({ download, client, name, outcome }: Parameters<CentralObserver["downloadEnded"]>[0]): void {
    this.downloads.add({ type: "download-end", download, client, name, outcome });
  }

  downloadLeft({ download, client, name }: AdmittedDownload): void {
    this.downloads.add({ type: "download-end", download, client, name, outcome: "left" });
  }

  fileChanged(file: ObservedFile): void {
    const some = this.files.get(file.what) ?? new FirstOfMany(MAX_FILES);
    some.add(file);
    this.files.set(file.what, some);
  }

  holdersChanged(name: string): void {
    this.changedNames?.add(name);
    if (this.changedNames && this.changedNames.size > MAX_CHANGED_NAMES) this.changedNames = null;
  }

  accused({ number, id, piece }: Parameters<CentralObserver["accused"]>[0], accuser: string): void {
    this.accusations.add({ type: "accusation", secondary: number, id, piece, accuser });
  }

  /** What has happened since the last call. To be called at regular times. */
  drain(central: FedCentral): ClusterEvent[] {
    this.calls += 1;
    return [
      ...this.serving(central),
      ...this.secondaries(central),
      ...this.forgotten(central),
      ...this.filesOf(),
      ...this.catalogue(central),
      ...this.downloadsOf(),
      ...(this.isTimeForFigures ? this.progress(central) : []),
      ...this.accusationsOf(),
    ];
  }

  private serving({ serving }: FedCentral): ClusterEvent[] {
    const missing = englishOrNull(serving.missing());
    if (missing === this.toldMissing) return [];
    this.toldMissing = missing;
    return [{ type: "serving", serving: missing === null, missing, lacks: serving.lacks() }];
  }

  private secondaries({ registry, figures: directory }: FedCentral): ClusterEvent[] {
    const sorted = registry.secondaries.sorted();
    let figures = this.isTimeForFigures ? MAX_FIGURES : 0;
    // Where there are very many, each comes first now and then.
    const turn = Math.floor(this.calls / CALLS_BETWEEN_FIGURES);
    const start = (turn * MAX_FIGURES) % Math.max(1, sorted.length);
    return [...sorted.slice(start), ...sorted.slice(0, start)].flatMap((view) => {
      const state = stateOf(view);
      const told = this.toldSecondaries.get(view.number);
      if (told?.state === state && figures === 0) return [];
      const secondary = secondaryAnswerOf(view, directory);
      const text = JSON.stringify(secondary);
      if (told?.text === text) return [];
      if (told?.state === state) figures -= 1;
      const { number, isPresent, fileCount } = view;
      // With a secondary that goes or comes each of its files has another number of holders.
      if (told && told.isPresent !== isPresent && fileCount > 0) this.changedNames = null;
      this.toldSecondaries.set(number, { state, isPresent, text });
      return [{ type: "secondary", secondary, isNews: told?.state !== state } as const];
    });
  }

  private forgotten({ registry }: FedCentral): ClusterEvent[] {
    const known = new Set(registry.secondaries.sorted().map(({ number }) => number));
    const gone = [...this.toldSecondaries.keys()].filter((number) => !known.has(number));
    for (const number of gone) this.toldSecondaries.delete(number);
    return gone.map((number) => ({ type: "secondary-gone", number }));
  }

  private get isTimeForFigures(): boolean {
    return this.calls % CALLS_BETWEEN_FIGURES === 0;
  }

  private filesOf(): ClusterEvent[] {
    return [...this.files].flatMap(([what, some]): ClusterEvent[] => {
      const { first, missed } = some.drain();
      if (missed > 0)
        return [{ type: "files", what, count: first.length + missed, names: first.map(({ name }) => name) }];
      return first.map((file) => fileEvent(what, file));
    });
  }

  private catalogue({ registry, serving }: FedCentral): ClusterEvent[] {
    const isListed = serving.unlisted() === null;
    // Who could not be told until now which files there are asks again.
    if (isListed && !this.wasListed) this.changedNames = null;
    this.wasListed = isListed;
    const { changedNames } = this;
    if (changedNames?.size === 0) return [];
    this.changedNames = new Set();
    const { size: files, bytes } = registry.catalogue;
    return [{ type: "catalogue", files, bytes, names: changedNames && [...changedNames] }];
  }

  private downloadsOf(): ClusterEvent[] {
    const { first, missed } = this.downloads.drain();
    return missed > 0 ? [...first, { type: "downloads", missed }] : [...first];
  }

  private progress({ admission }: FedCentral): ClusterEvent[] {
    const active = admission.downloads().filter(({ startedAt }) => startedAt !== null);
    const told = this.toldProgress;
    this.toldProgress = new Map();
    const changed = active.flatMap((entry) => {
      const { download } = entry;
      const progress = { download, ...progressOf(entry) };
      const text = JSON.stringify(progress);
      this.toldProgress.set(download, text);
      // One that has only begun is told of already.
      const isNews = told.has(download) ? told.get(download) !== text : entry.bytes > 0;
      return isNews ? [progress] : [];
    });
    return changed.length === 0 ? [] : [{ type: "progress", downloads: changed.slice(0, MAX_PROGRESS) }];
  }

  private accusationsOf(): ClusterEvent[] {
    const { first, missed } = this.accusations.drain();
    return missed > 0 ? [...first, { type: "accusations", missed }] : [...first];
  }
}

function fileEvent(what: Kind, file: ObservedFile): ClusterEvent {
  const { name } = file;
  return file.what === "removed"
    ? { type: "file", what, name, size: null, secondary: null }
    : { type: "file", what, name, size: file.size, secondary: file.number };
}

function downloadEvent({ download, client, name, id, size, startedAt }: AdmittedDownload): ClusterEvent {
  return { type: "download", download, client, name, id, size, state: startedAt === null ? "waiting" : "active" };
}
