import type { DownloadAnswer, SecondaryAnswer, StatusAnswer } from "../../../http/api/central-answers.ts";
import type { ClusterEvent } from "../../../http/events/cluster-event.ts";
import { FirstOfMany } from "../../../http/events/first-of-many.ts";
import { FileList } from "../file-list.ts";
import { changedNames } from "./changed-names.ts";

/** What is told of one after the other between two calls of `drain`. */
const MAX_CHANGED_NAMES = 100;
const MAX_DOWNLOADS = 100;
/** Downloads in an event about their progress. */
const MAX_PROGRESS = 200;
/** Calls of `drain` between two events about progress. */
const CALLS_BETWEEN_FIGURES = 4;

type DownloadEnd = Extract<ClusterEvent, { type: "download-end" }>;

/** The cluster as a client sees it at one moment. */
export interface ClusterSnapshot {
  /** What keeps it from serving; null: it serves. */
  readonly missing: string | null;
  /** The same for a program; null where it is not known. */
  readonly lacks: StatusAnswer["lacks"];
  /** Those that are known: none while the central tells nothing. */
  readonly secondaries: readonly SecondaryAnswer[];
  /** Another object where it may be another list. Null: it is not known. */
  readonly files: FileList | null;
  /** Of this client. */
  readonly downloads: readonly DownloadAnswer[];
}

/** Makes events of the differences between what a client sees at one moment and the next. Sans-I/O. */
export class ClientEventFeed {
  private readonly ends = new FirstOfMany<ClusterEvent>(MAX_DOWNLOADS);
  private toldMissing: string | null | undefined;
  private readonly toldSecondaries = new Map<number, { readonly state: string; readonly text: string }>();
  private toldFiles = new FileList();
  private toldDownloads = new Map<string, Pick<DownloadAnswer, "state" | "bytes">>();
  private calls = 0;

  /** A download has ended. */
  ended(end: Omit<DownloadEnd, "type">): void {
    this.ends.add({ type: "download-end", ...end });
  }

  /** What is not as it was at the last call. To be called at regular times. */
  drain(view: ClusterSnapshot): ClusterEvent[] {
    this.calls += 1;
    return [
      ...this.serving(view),
      ...this.secondaries(view),
      ...this.catalogue(view),
      ...this.begun(view),
      ...this.progress(view),
      ...this.endsOf(),
    ];
  }

  private serving({ missing, lacks }: ClusterSnapshot): ClusterEvent[] {
    if (missing === this.toldMissing) return [];
    this.toldMissing = missing;
    return [{ type: "serving", serving: missing === null, missing, lacks }];
  }

  private secondaries({ secondaries }: ClusterSnapshot): ClusterEvent[] {
    // While the central tells nothing, none of them is gone.
    const known = new Set(secondaries.map(({ number }) => number));
    const gone = known.size === 0 ? [] : [...this.toldSecondaries.keys()].filter((number) => !known.has(number));
    for (const number of gone) this.toldSecondaries.delete(number);
    const left = gone.map((number) => ({ type: "secondary-gone", number }) as const);
    const changed = secondaries.flatMap((secondary) => {
      const text = JSON.stringify(secondary);
      const { state } = secondary;
      const told = this.toldSecondaries.get(secondary.number);
      if (told?.text === text) return [];
      this.toldSecondaries.set(secondary.number, { state, text });
      return [{ type: "secondary", secondary, isNews: told?.state !== state } as const];
    });
    return [...left, ...changed];
  }

  private catalogue({ files }: ClusterSnapshot): ClusterEvent[] {
    if (files === null || files === this.toldFiles) return [];
    const names = changedNames(this.toldFiles, files, MAX_CHANGED_NAMES);
    this.toldFiles = files;
    return names?.length === 0 ? [] : [{ type: "catalogue", files: files.length, bytes: files.bytes, names }];
  }

  /** Of downloads that are new, or whose turn has come. */
  private begun({ downloads }: ClusterSnapshot): ClusterEvent[] {
    const fresh = downloads.filter(({ download, state }) => this.toldDownloads.get(download)?.state !== state);
    const told = fresh.slice(0, MAX_DOWNLOADS).map(({ download, client, name, id, size, state }): ClusterEvent => {
      return { type: "download", download, client, name, id, size, state };
    });
    const missed = fresh.length - told.length;
    const before = this.toldDownloads;
    this.toldDownloads = new Map(
      downloads.map(({ download, state }) => [download, { state, bytes: before.get(download)?.bytes ?? 0 }]),
    );
    return missed > 0 ? [...told, { type: "downloads", missed }] : told;
  }

  private progress({ downloads }: ClusterSnapshot): ClusterEvent[] {
    if (this.calls % CALLS_BETWEEN_FIGURES !== 0) return [];
    const changed = downloads.filter(({ download, bytes }) => bytes !== this.toldDownloads.get(download)?.bytes);
    if (changed.length === 0) return [];
    for (const { download, state, bytes } of changed) this.toldDownloads.set(download, { state, bytes });
    const shown = changed.slice(0, MAX_PROGRESS).map(({ download, bytes, rate, left, sources }) => {
      return { download, bytes, rate, left, sources };
    });
    return [{ type: "progress", downloads: shown }];
  }

  private endsOf(): ClusterEvent[] {
    const { first, missed } = this.ends.drain();
    return missed > 0 ? [...first, { type: "downloads", missed }] : [...first];
  }
}
