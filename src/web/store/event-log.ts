import type { ClusterEvent, DatedEvent } from "../../http/events/cluster-event.ts";

/** Most entries of the log. */
export const MAX_ENTRIES = 500;

/** What people choose by. */
export const EVENT_KINDS = ["serving", "servers", "files", "downloads", "accusations"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Events that say that something has happened; the others only bring figures. */
export type ToldEvent = Exclude<ClusterEvent, { type: "progress" | "catalogue" }>;

const KINDS: Readonly<Record<ClusterEvent["type"], EventKind | null>> = {
  serving: "serving",
  secondary: "servers",
  "secondary-gone": "servers",
  file: "files",
  files: "files",
  catalogue: null,
  download: "downloads",
  "download-end": "downloads",
  downloads: "downloads",
  progress: null,
  accusation: "accusations",
  accusations: "accusations",
};

export interface LoggedEvent {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: EventKind;
  readonly event: ToldEvent;
}

export interface EventLog {
  /** The latest first. */
  readonly entries: readonly LoggedEvent[];
}

export const EMPTY_LOG: EventLog = { entries: [] };

/** The log with an event that has just happened. One that is in it already changes nothing, and none of figures alone. */
export function logged(log: EventLog, { id, at, event }: DatedEvent): EventLog {
  const kind = KINDS[event.type];
  if (kind === null || !isTold(event) || log.entries.some((entry) => entry.id === id)) return log;
  return { entries: [{ id, at, kind, event }, ...log.entries.slice(0, MAX_ENTRIES - 1)] };
}

/** Those of the wanted kinds; no kind is wanted: all. */
export function ofKinds(entries: readonly LoggedEvent[], wanted: ReadonlySet<EventKind>): readonly LoggedEvent[] {
  return wanted.size === 0 ? entries : entries.filter(({ kind }) => wanted.has(kind));
}

function isTold(event: ClusterEvent): event is ToldEvent {
  return KINDS[event.type] !== null && (event.type !== "secondary" || event.isNews);
}
