import type { DownloadAnswer, SecondaryAnswer, StatusAnswer } from "../../../../src/http/api/central-answers.ts";
import type { ClusterEvent, DatedEvent } from "../../../../src/http/events/cluster-event.ts";

export const STATUS: StatusAnswer = {
  role: "central",
  version: "1.0.0",
  serving: true,
  missing: null,
  lacks: null,
  files: 3,
  bytes: 300,
  secondaries: { known: 2, present: 2 },
  sessions: { clients: 1, secondaries: 2 },
  rates: { toClients: 0, toSecondaries: 0, overHttp: 0, received: 0 },
  copies: { pending: 0, bytes: 0, seconds: null },
  downloads: { active: 0, waiting: 0, limit: null },
};

export function secondary(number: number, state: SecondaryAnswer["state"] = "in step"): SecondaryAnswer {
  return {
    ...{ number, address: `10.0.0.${number}:5000${number}`, http: null, state, reason: null, files: 3, accusations: 0 },
    copies: { pending: 0, bytes: 0, seconds: null, obstructed: 0, obstacle: null },
    ...{ room: null, rates: null, repairs: null },
  };
}

export function download(id: string, changes: Partial<DownloadAnswer> = {}): DownloadAnswer {
  return {
    ...{ download: id, client: "ana", name: "film", id: "a".repeat(64), size: 1000, state: "active", bytes: 0 },
    ...{ rate: null, left: null, sources: [] },
    ...{ seconds: 2, position: null, estimate: null },
    ...changes,
  };
}

/** `at`: milliseconds since 1970. */
export function dated(event: ClusterEvent, at = 10_000): DatedEvent {
  return { id: `run-${at}`, at, event };
}
