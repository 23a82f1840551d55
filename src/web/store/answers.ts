import type { DownloadAnswer, SecondaryAnswer, StatusAnswer } from "../../http/api/central-answers.ts";
import type { DatedEvent } from "../../http/events/cluster-event.ts";
import { EMPTY_LOG, logged } from "./event-log.ts";
import type { PageState, ShownDownload } from "./page-state.ts";

/** Pure: what the page knows after the server has answered. */

export function withStatus(state: PageState, status: StatusAnswer): PageState {
  const { role, version, serving, missing, lacks, files, bytes, sessions, downloads } = status;
  return {
    ...state,
    access: "granted",
    version: { loaded: state.version.loaded ?? version, now: version },
    cluster: { role, serving, missing, lacks, files, bytes, sessions, downloadLimit: downloads.limit },
  };
}

export function withSecondaries(state: PageState, secondaries: readonly SecondaryAnswer[]): PageState {
  return { ...state, secondaries: secondaries.toSorted((one, other) => one.number - other.number) };
}

/** `now`: milliseconds since 1970. */
export function withDownloads(state: PageState, answers: readonly DownloadAnswer[], now: number): PageState {
  const downloads = answers.map(({ seconds, position: _, ...download }): ShownDownload => {
    return { ...download, startedAt: seconds === null ? null : now - seconds * 1000 };
  });
  return { ...state, downloads };
}

/** `past`: the latest that the server remembers, in their order. */
export function withPastEvents(state: PageState, past: readonly DatedEvent[]): PageState {
  return { ...state, log: past.reduce(logged, EMPTY_LOG) };
}
