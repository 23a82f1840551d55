import type { ClusterEvent, DatedEvent } from "../../http/events/cluster-event.ts";
import { logged } from "./event-log.ts";
import type { PageState, ShownDownload } from "./page-state.ts";

type EventOf<T extends ClusterEvent["type"]> = Extract<ClusterEvent, { type: T }>;

/** Pure: what the page knows after an event. An event that it has heard of already changes nothing. */
export function applyEvent(state: PageState, dated: DatedEvent): PageState {
  const log = logged(state.log, dated);
  return changed(log === state.log ? state : { ...state, log }, dated);
}

function changed(state: PageState, { event, at }: DatedEvent): PageState {
  switch (event.type) {
    case "serving": {
      const { serving, missing, lacks } = event;
      return { ...state, cluster: state.cluster && { ...state.cluster, serving, missing, lacks } };
    }
    case "secondary":
      return afterSecondary(state, event);
    case "secondary-gone":
      return { ...state, secondaries: state.secondaries.filter(({ number }) => number !== event.number) };
    case "catalogue":
      return afterCatalogue(state, event);
    case "download":
      return afterDownload(state, event, at);
    case "download-end":
      return { ...state, downloads: state.downloads.filter(({ download }) => download !== event.download) };
    case "progress":
      return afterProgress(state, event);
    default:
      return state;
  }
}

function afterSecondary(state: PageState, { secondary }: EventOf<"secondary">): PageState {
  const others = state.secondaries.filter(({ number }) => number !== secondary.number);
  const secondaries = [...others, secondary].sort((one, other) => one.number - other.number);
  return { ...state, secondaries };
}

function afterCatalogue(state: PageState, { files, bytes, names }: EventOf<"catalogue">): PageState {
  return {
    ...state,
    cluster: state.cluster && { ...state.cluster, files, bytes },
    catalogue: { revision: state.catalogue.revision + 1, names },
  };
}

function afterDownload(state: PageState, event: EventOf<"download">, at: number): PageState {
  const { download, client, name, id, size, state: phase } = event;
  const before = state.downloads.find((one) => one.download === download);
  if (before?.state === phase) return state;
  const added: ShownDownload = {
    ...{ download, client, name, id, size, state: phase },
    bytes: before?.bytes ?? 0,
    startedAt: phase === "active" ? at : null,
    ...{ rate: null, left: null, sources: [], estimate: null },
  };
  const others = state.downloads.filter((one) => one.download !== download);
  const inState = (wanted: ShownDownload["state"]) => others.filter((one) => one.state === wanted);
  const active = phase === "active" ? [...inState("active"), added] : inState("active");
  const waiting = phase === "waiting" ? [...inState("waiting"), added] : inState("waiting");
  return { ...state, downloads: [...active, ...waiting] };
}

function afterProgress(state: PageState, event: EventOf<"progress">): PageState {
  const progress = new Map(event.downloads.map((one) => [one.download, one]));
  return { ...state, downloads: state.downloads.map((one) => ({ ...one, ...progress.get(one.download) })) };
}
