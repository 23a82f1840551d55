import type { Defect } from "./defect.ts";

/** Defects of counts and of what the servers say of themselves. */
export const REPORT_DEFECTS: readonly Defect[] = [
  {
    name: "a report is sent once",
    file: "src/secondary/central/report-relay.ts",
    find: "if (this.connected && (this.unanswered.size > 0 || !read)) this.retryLater();",
    replace: "",
    why: "a report that the central could not store is not counted until its secondary connects again",
    breaks: ["nothing waits for ever"],
    needs: ["failing database", "silent peer", "broken peer"],
  },
  {
    name: "a report is dropped",
    file: "src/secondary/central/report-relay.ts",
    find: "const dropped = await this.deps.store.addReport(relayed.download, new Uint8Array(packr.pack(relayed)));",
    replace: "const dropped = 0;",
    why: "a client is told that its download will be counted, and it is not",
    breaks: ["counts are what clients were told"],
  },
  {
    name: "a download is counted twice",
    file: "src/central/store.ts",
    find: "if (added.changes === 0) return false;",
    replace: "",
    why: "a download whose first answer was lost counts once for each report",
    breaks: ["counts are what clients were told"],
    needs: ["get a file and lose the receipt"],
  },
  {
    name: "a download is confirmed before it is counted",
    file: "src/central/downloads/download-coordinator.ts",
    find: `    try {
      if (await store.countDownload(`,
    replace: `    try {
      channel.send({ type: "counted", download });
      if (await store.countDownload(`,
    why: "a central that is killed at that moment never counts it",
    breaks: ["counts are what clients were told"],
  },
  {
    name: "status says in step too early",
    file: "src/central/cluster-status.ts",
    find: `return isBehind || isObstructed ? "copying" : "in step";`,
    replace: `return isObstructed ? "copying" : "in step";`,
    why: "people turn off the server that alone has a file",
    breaks: ["status tells the truth"],
  },
  {
    name: "digests that come later are not told",
    file: "src/secondary/index/applied-changes.ts",
    find: 'else if (old.sha256 !== record.sha256) changes.push({ kind: "digested", file: record });',
    replace: "",
    why: "the central does not hear of the digests of copies until their secondary connects again",
    breaks: ["digests are of the bytes"],
  },
];
