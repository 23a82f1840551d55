import type { SessionAnswer } from "../../http/access/session-answers.ts";
import type { DownloadAnswer, SecondaryAnswer, StatusAnswer } from "../../http/api/central-answers.ts";
import { EMPTY_LOG, type EventLog } from "./event-log.ts";
import type { BrowserUpload } from "./uploads/browser-upload.ts";

/** `connecting`: for the first time; `lost`: it was there, and is tried again. */
export type FeedConnection = "connecting" | "live" | "lost";

/** `token`: one is needed to see anything; `rights`: the one that was shown may not see this. */
export type Access = "granted" | "token" | "rights";

/** The cluster in a few numbers: what can be counted from the lists below is not among them. */
export interface Cluster
  extends Pick<StatusAnswer, "role" | "serving" | "missing" | "lacks" | "files" | "bytes" | "sessions"> {
  /** How many downloads may be active at once; null: any number. */
  readonly downloadLimit: number | null;
}

/**
 * A download of a client. Those that are active come first, then those that wait, in their order, which says their positions
 * too.
 */
export interface ShownDownload extends Omit<DownloadAnswer, "seconds" | "position"> {
  /** When it became active, in milliseconds since 1970; null: it waits. */
  readonly startedAt: number | null;
}

/** What has become of files. */
export interface CatalogueChange {
  /** Rises with each change. */
  readonly revision: number;
  /** Files that the last change was about; null: any. */
  readonly names: readonly string[] | null;
}

/** All that the page knows of the cluster and of its own connection. A view keeps what it alone shows for itself. */
export interface PageState {
  readonly connection: FeedConnection;
  readonly access: Access;
  /** Versions of the program: when the page was loaded, and now. Null: not known yet. */
  readonly version: { readonly loaded: string | null; readonly now: string | null };
  /** Null: not known yet. */
  readonly cluster: Cluster | null;
  /** In the order of their numbers. */
  readonly secondaries: readonly SecondaryAnswer[];
  readonly downloads: readonly ShownDownload[];
  readonly catalogue: CatalogueChange;
  readonly log: EventLog;
  /** Who is logged in, and what he may do; null: not known yet. */
  readonly session: SessionAnswer | null;
  /** Of this page, in the order in which they were chosen. */
  readonly uploads: readonly BrowserUpload[];
}

export const INITIAL_STATE: PageState = {
  connection: "connecting",
  access: "granted",
  version: { loaded: null, now: null },
  cluster: null,
  secondaries: [],
  downloads: [],
  catalogue: { revision: 0, names: null },
  log: EMPTY_LOG,
  session: null,
  uploads: [],
};

/** Whether a secondary is connected, with its disk. */
export function isPresent({ state }: Pick<SecondaryAnswer, "state">): boolean {
  return state !== "lost" && state !== "disk missing";
}

export function activeCount(downloads: readonly ShownDownload[]): number {
  return downloads.filter(({ state }) => state === "active").length;
}

/** Whether this is the page of a client that has no central to ask: nothing is known of the servers then. */
export function lacksCentral({ cluster }: Pick<PageState, "cluster">): boolean {
  return cluster?.lacks?.kind === "central";
}

/** Whether the server is of another version than the page, which may not understand it any more. */
export function isOutdated({ version: { loaded, now } }: Pick<PageState, "version">): boolean {
  return loaded !== null && now !== null && loaded !== now;
}
