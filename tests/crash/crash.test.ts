import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fs from "node:fs";
import { basename, join } from "node:path";
import { systemDisk } from "../../src/platform/disk/system-disk.ts";
import type { CrashCheck } from "./checks/crash-check.ts";
import { DownloadCheck } from "./checks/download-check.ts";
import type { History, NodeId } from "./model/history.ts";
import { RecordedChecks } from "./recorded-checks.ts";
import { MAY_RECORD } from "./recording/recorder.ts";
import { NAMES as FILES } from "./scenarios/play.ts";
import { describeResult, search } from "./search.ts";

/** Other states in each run. */
const SEED = Math.floor(Math.random() * 2 ** 31);
const EFFORT = { work: 500_000, most: 8, sampled: 2, singled: 2 };
const STARTS = 100;
const STARTS_OF_PROCESSES = 2;
/** Fewer states would mean that hardly anything was recorded. */
const MIN_STATES = 15;
/** Milliseconds for the recording, which takes five seconds on an idle machine. */
const RECORDING_TIMEOUT_MS = 120_000;
/** Starts after which a defect must have been found. */
const STARTS_WITH_DEFECT = 400;
const NAMES = [
  "downloads",
  "resumed download",
  "secondary 1",
  "secondary 2",
  "database of the central",
  "database of the secondary",
  "busy database of a central",
  "busy database of a secondary",
] as const;

describe.skipIf(!MAY_RECORD)("a power loss", () => {
  let checks: RecordedChecks;

  beforeAll(async () => {
    checks = await RecordedChecks.make();
  }, RECORDING_TIMEOUT_MS);

  afterAll(() => checks[Symbol.dispose]());

  test.each(NAMES)("%s: from every state all comes right again", async (name) => {
    const result = await search(checks.named(name), { seed: SEED, effort: EFFORT, starts: STARTS });
    expect(result.starts).toBe(Math.min(STARTS, result.states));
    expect(result.states).toBeGreaterThan(MIN_STATES);
    expect(`seed ${SEED}: ${describeResult(result)}`).toEndWith(", 0 faults");
  });

  test("the logs of busy databases began again while these were open", () => {
    const { changes } = checks.recording.stores.history;
    for (const name of ["central.sqlite-wal", "secondary1.sqlite-wal"]) {
      const log = changes.find(
        (change) => change.kind === "name" && change.entries.some((entry) => entry.name === name),
      );
      const begun = changes.filter(
        (change) => change.kind === "page" && change.node === log?.node && change.page === 0,
      );
      const moments = new Set(begun.map(({ at }) => at));
      // Its head, and what comes first after that, each time.
      expect(moments.size).toBeGreaterThan(3);
    }
  });

  test.each(["downloads", "resumed download", "secondary 1", "secondary 2"])(
    "%s: so it is in processes",
    async (name) => {
      const options = { seed: SEED, effort: EFFORT, starts: STARTS_OF_PROCESSES, inProcesses: true };
      const result = await search(checks.named(name), options);
      expect(`seed ${SEED}: ${describeResult(result)}`).toEndWith(`${STARTS_OF_PROCESSES} starts, 0 faults`);
    },
  );

  describe("is found to do harm", () => {
    const firstFault = async (check: CrashCheck, history: History = check.history) => {
      const options = { seed: SEED, effort: EFFORT, starts: STARTS_WITH_DEFECT, mostFaults: 1, history };
      const { faults } = await search(check, options);
      return faults[0]?.text ?? "nothing is found";
    };
    /** The same for a program that leaves out some of its syncs: those of files, of folders, or of what once had one of these names. */
    const withoutSyncs = (check: CrashCheck, volume: string, of: "files" | "folders" | readonly string[]) => {
      const { folders, volumes, syncs, changes } = check.history;
      const isNamed = (node: NodeId) =>
        changes.some(
          (change) =>
            change.kind === "name" && change.entries.some((entry) => entry.node === node && of.includes(entry.name)),
        );
      const isLeftOut = (node: NodeId) =>
        typeof of === "string" ? folders.has(node) === (of === "folders") : isNamed(node);
      const left = syncs.filter(
        ({ node, volume: on }) => node === null || on !== volumes.get(volume) || !isLeftOut(node),
      );
      return firstFault(check, { ...check.history, syncs: left });
    };
    const volume = (name: string) => join(checks.root, "volumes", name);

    test("when a finished download is not synced", async () => {
      expect(await withoutSyncs(checks.named("downloads"), volume("client"), "files")).toContain(
        "bytes that nobody put there",
      );
    });

    test("when the folder of a finished download is not synced", async () => {
      expect(await withoutSyncs(checks.named("downloads"), volume("client"), "folders")).toContain("reported as done");
    });

    test.each([
      ["a file that a user has put there", 1],
      ["a copy", 2],
    ])("when %s is not synced", async (_, number) => {
      const names = FILES.map((name) => basename(name));
      const fault = await withoutSyncs(checks.named(`secondary ${number}`), volume(`files-${number}`), names);
      expect(fault).toContain("bytes that nobody put there");
    });

    test("when folders that lose and get files are not synced", async () => {
      expect(await withoutSyncs(checks.named("secondary 2"), volume("files-2"), "folders")).not.toBe(
        "nothing is found",
      );
    });

    test.each([
      ["database of the central", "central"],
      ["database of the secondary", "data-2"],
    ])("when the %s is not synced", async (name, on) => {
      expect(await withoutSyncs(checks.named(name), volume(on), "files")).toContain("held at no moment");
    });

    test("when a journal is trusted", async () => {
      const boot = await systemDisk.bootId();
      const sequence = await systemDisk.diskSequence(fs.statSync(checks.root, { bigint: true }).dev);
      const sameBoot = { bootId: async () => boot, diskSequence: async () => sequence };
      const [downloads] = checks.recording.downloads;
      if (!downloads) throw new Error("nothing was downloaded");
      const check = new DownloadCheck(checks.recording, downloads, checks.scratch, sameBoot);
      expect(await firstFault(check)).toContain("is not what it should be");
    });
  });
});
