import { type Count, plural } from "../plural.ts";

/** How the cluster is: the same for the status of a client and the console of the central. */
export const clusterText = {
  serving: "serving",
  notServing: (why: string) => `not serving: ${why}`,
  notListed: (why: string) => `not all files are known yet: ${why}`,
  states: {
    joining: "joining",
    copying: "copying",
    "in step": "in step",
    lost: "lost",
    stopped: "stopped",
    "disk missing": "disk missing",
  },
  moreCounts: (count: Count) => `… and ${count} more (status --json has all)`,
  downloadsNow: (active: Count, waiting: Count) => `downloads now: ${active} active, ${waiting} waiting`,
  secondariesOf: (present: Count, known: Count) =>
    `${present} of ${known} ${plural(Number(known), "secondary", "secondaries")}`,
  inShort: (secondaries: string, files: string) => `${secondaries}, ${files}`,
  problem: (number: Count, reason: string) => `secondary ${number}: ${reason}`,
  oneObstacle: (number: Count, obstacle: string) => `secondary ${number} cannot copy ${obstacle}`,
  obstacles: (number: Count, count: Count, first: string) =>
    `secondary ${number} cannot copy ${count} ${plural(Number(count), "file", "files")}, the first: ${first}`,
};
