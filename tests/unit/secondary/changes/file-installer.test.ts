import { expect, test } from "bun:test";
import type { InstallRequest } from "../../../../src/platform/disk/batch-disk.ts";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { FileInstaller } from "../../../../src/secondary/changes/file-installer.ts";
import type { StagedFile } from "../../../../src/secondary/changes/staged-file.ts";
import type { FileRecord } from "../../../../src/secondary/index/file-record.ts";

const SIZE = 7;
const STAT: FileStat = {
  kind: "file",
  size: SIZE,
  mtimeNs: 1n,
  ctimeNs: 1n,
  inode: 1n,
  device: 1n,
  allocated: SIZE,
};
const REFUSAL = { reason: "it is excluded", lasting: true };

function staged(name: string): StagedFile {
  const version = { id: "1".repeat(64), size: SIZE };
  const descent = { vector: "aaaaaaaa:2", edits: "dddddddd" };
  const file = { hashes: new Uint8Array(32), modified: 0, blake3: null, sha256: null, unnamed: null };
  return { name, version, ...descent, ...file, temp: `/share/.redes/${name}` };
}

function recordOf(name: string): FileRecord {
  const descent = { id: "0".repeat(64), vector: "aaaaaaaa:1", edits: "", changed: false };
  return { name, ...descent, blake3: null, sha256: null, size: SIZE, mtimeNs: 0n, ctimeNs: 0n, inode: 2n };
}

/** A folder that has these files, and in which some names are not shared. */
class Fixture {
  /** The names in each message to the thread. */
  readonly messages: string[][] = [];
  /** Names that were free, and were installed alone. */
  readonly renamed: string[] = [];
  readonly replaced: string[] = [];
  readonly installer: FileInstaller;

  constructor({
    known = [],
    excluded = [],
    failing = [],
  }: Partial<Record<"known" | "excluded" | "failing", string[]>>) {
    this.installer = new FileInstaller({
      disk: { lstat: async () => STAT, linkFd: async () => {}, remove: async () => {} },
      batches: {
        install: async (_anchor: unknown, files: readonly InstallRequest[]) => {
          this.messages.push(files.map(({ name }) => name));
          return files.map(({ name }) => (failing.includes(name) ? null : { before: STAT, after: STAT }));
        },
      },
      sharedFolder: { allows: (name) => !excluded.includes(name), anchor: { path: "/share", device: 1n, inode: 2n } },
      records: { latest: (name) => (known.includes(name) ? recordOf(name) : undefined) },
      names: { obstacleTo: async () => REFUSAL },
      steps: {
        makeFolders: async () => true,
        stateOf: async (name) => (known.includes(name) ? "known" : "nothing"),
        renameNoReplace: async (_from, name) => void this.renamed.push(name),
        fingerprintAfter: async () => STAT,
        fingerprintToRecord: () => STAT,
      },
      removalSteps: {
        overwrite: async () => true,
        replace: async ({ name }) => {
          this.replaced.push(name);
          return true;
        },
      },
    });
  }

  /** What has come of each name. */
  async install(...names: string[]): Promise<Record<string, unknown>> {
    const { installed, refused } = await this.installer.install(names.map(staged));
    const outcomes: Record<string, unknown> = {};
    for (const [{ name }, { replaced }] of installed) outcomes[name] = replaced ? "replaced" : "new";
    for (const [{ name }, obstacle] of refused) outcomes[name] = obstacle;
    return outcomes;
  }
}

test("files with new names take one message to a thread; those that replace others, and those not shared, are apart", async () => {
  const fixture = new Fixture({ known: ["old"], excluded: ["excluded"] });
  expect(await fixture.install("a", "old", "b", "excluded", "c")).toEqual({
    a: "new",
    b: "new",
    c: "new",
    old: "replaced",
    excluded: REFUSAL,
  });
  expect([fixture.messages, fixture.renamed, fixture.replaced]).toEqual([[["a", "b", "c"]], [], ["old"]]);
});

test("what fails in the thread is tried alone", async () => {
  const fixture = new Fixture({ failing: ["b"] });
  expect(await fixture.install("a", "b")).toEqual({ a: "new", b: "new" });
  expect([fixture.messages, fixture.renamed]).toEqual([[["a", "b"]], ["b"]]);
});

test("for one file no message is worth its while", async () => {
  const fixture = new Fixture({});
  expect(await fixture.install("a")).toEqual({ a: "new" });
  expect([fixture.messages, fixture.renamed]).toEqual([[], ["a"]]);
});
