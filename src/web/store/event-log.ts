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

export interface LogEntry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: EventKind;
  readonly event: ToldEvent;
}

export interface EventLog {
  /** The latest first. */
  readonly entries: readonly LogEntry[];
  /** How each secondary was when it was last told of: an event of one whose figures alone are others is no news. */
  readonly states: ReadonlyMap<number, string>;
}

export const EMPTY_LOG: EventLog = { entries: [], states: new Map() };

/** The log with an event that has just happened. One that is in it already changes nothing. */
export function logged(log: EventLog, { id, at, event }: DatedEvent): EventLog {
  const kind = KINDS[event.type];
  if (kind === null || !isTold(event) || log.entries.some((entry) => entry.id === id)) return log;
  if (event.type !== "secondary") return { ...log, entries: added(log.entries, { id, at, kind, event }) };
  const { number, state, reason } = event.secondary;
  const told = `${state} ${reason ?? ""}`;
  if (log.states.get(number) === told) return log;
  return { entries: added(log.entries, { id, at, kind, event }), states: new Map(log.states).set(number, told) };
}

/** Those of the wanted kinds; no kind is wanted: all. */
export function ofKinds(entries: readonly LogEntry[], wanted: ReadonlySet<EventKind>): readonly LogEntry[] {
  return wanted.size === 0 ? entries : entries.filter(({ kind }) => wanted.has(kind));
}

function isTold(event: ClusterEvent): event is ToldEvent {
  return KINDS[event.type] !== null;
}

function added(entries: readonly LogEntry[], entry: LogEntry): readonly LogEntry[] {
  return [entry, ...entries.slice(0, MAX_ENTRIES - 1)];
}
