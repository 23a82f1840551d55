import type { MeasuredSecondary } from "../../../../src/secondary/http/secondary-metrics.ts";

/** A secondary of which every number is another one. */
export function measuredSecondary(change: Partial<MeasuredSecondary> = {}): MeasuredSecondary {
  const obstructed = ["a", "b", "c"].map((name) => ({ name, reason: `no room for ${name}` }));
  return {
    server: { sent: { client: 11, secondary: 12 }, sessionCounts: () => ({ client: 2, secondary: 1 }) },
    httpSources: { leases: { sentBytes: 13 } },
    index: { count: 5, bytes: 500 },
    kept: { count: 4, bytes: 40 },
    replicator: {
      counts: { installed: 21, failed: 22, receivedBytes: 23, wrongPieces: 24 },
      progress: () => [{ name: "film", size: 100, doneBytes: 30, rate: 7 }],
      queued: 6,
      obstacles: (limit) => ({ count: obstructed.length, files: obstructed.slice(0, limit) }),
    },
    repairCounts: { sound: 31, damaged: 32, unrepairable: 33, repaired: 34 },
    room: { read: async () => ({ total: 1000, free: 600 }) },
    digestProgress: { files: 8, bytes: 80 },
    connected: true,
    missing: null,
    ...change,
  };
}
