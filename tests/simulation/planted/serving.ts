import type { Defect } from "./defect.ts";

/** Defects of what a secondary serves, and of what it gives back. */
export const SERVING_DEFECTS: readonly Defect[] = [
  {
    name: "a partial piece is served",
    file: "src/secondary/serving/partial-files.ts",
    find: `bitmap: () => (have.full ? null : have.toBytes()),
      has: (piece) => have.has(piece),`,
    replace: `bitmap: () => null,
      has: () => true,`,
    why: "pieces that have not come yet are sent as zeros, and the secondary is accused",
    breaks: ["no unverified piece is served"],
  },
  {
    name: "a limit does not hold",
    file: "src/platform/pacing/token-bucket.ts",
    find: "return Math.max(0, dueAt(release, place) - now);",
    replace: "return Math.max(0, 0 * (dueAt(release, place) - now));",
    why: "a secondary takes the line that somebody needs for something else",
    breaks: ["limits are kept"],
  },
  {
    name: "a changed file is served",
    file: "src/secondary/serving/descriptor-cache.ts",
    find: "if (!stat || !sameContent(stat, file.place.fingerprint) || !this.isCurrent(file) || this.closed) {",
    replace: `if (stat) file.place = { ...file.place, fingerprint: stat };
    if (!stat || this.closed) {`,
    why: "bytes that a user has just written are sent as those of the old version",
    breaks: ["no unverified piece is served"],
  },
  {
    name: "a waiter is forgotten",
    file: "src/secondary/scanning/file-checker.ts",
    find: "if (!this.awaited.delete(name) || this.awaited.size > 0) return;",
    replace: "if (!this.awaited.delete(name) || this.awaited.size >= 0) return;",
    why: "a secondary that starts with files waits for ever for the last of them to be checked",
    breaks: ["replicas converge", "nothing waits for ever"],
  },
  {
    name: "refusals are retried for ever",
    file: "src/secondary/replication/copy-queue.ts",
    find: "return this.requeue({ ...order, sources: order.sources.filter((source) => source.number !== number) });",
    replace: "return number >= 0 && this.requeue(order);",
    why: "a secondary asks the one that has refused a file again and again, without a pause",
    breaks: ["nobody is asked again without a pause"],
    needs: ["false claims"],
  },
  {
    name: "a descriptor is not closed",
    file: "src/secondary/serving/shared-descriptor.ts",
    find: "this.disk.close(this.fd).catch(() => {});",
    replace: "",
    why: "a secondary runs out of descriptors after some days",
    breaks: ["nothing is left after a stop", "what a process takes is bounded"],
  },
  {
    name: "the heartbeat of a closed session goes on",
    file: "src/net/session/open-channel.ts",
    find: "this.cancelHeartbeat();\n    this.cancelGreeting();",
    replace: "this.cancelGreeting();",
    why: "each session that ever was leaves a timer",
    breaks: ["nothing is left after a stop"],
  },
  {
    name: "the place of a client that is gone stays taken",
    file: "src/central/downloads/download-coordinator.ts",
    find: "for (const left of this.deps.admission.releaseSession(key)) this.deps.observer?.downloadLeft(left);",
    replace: "",
    why: "with --max-downloads the others wait for a client that was killed",
    breaks: ["every download ends as it must", "nothing waits for ever"],
  },
];
