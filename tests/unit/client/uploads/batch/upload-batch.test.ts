import { beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { CentralUnreachable } from "../../../../../src/client/central-errors.ts";
import { VerifiedFilesStore } from "../../../../../src/client/downloads/verified-files.ts";
import { catalogueOf } from "../../../../../src/client/selection/name-range.ts";
import { UploadBatch } from "../../../../../src/client/uploads/batch/upload-batch.ts";
import type { UploadJobOptions } from "../../../../../src/client/uploads/upload-job.ts";
import type { FinishedUpload } from "../../../../../src/client/uploads/upload-result.ts";
import { systemClock } from "../../../../../src/platform/clock.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import type { ListedFile } from "../../../../../src/protocol/messages/client.ts";
import { temporaryFolder } from "../../../../support/folder.ts";

let folder: string;
let listed: ListedFile[];
let unreachable: boolean;
let verified: VerifiedFilesStore;
let ended: string[];
/** How many more are begun; then the queue has stopped. */
let begins: number;

beforeEach(() => {
  folder = temporaryFolder();
  [listed, ended, begins, unreachable] = [[], [], Number.POSITIVE_INFINITY, false];
  verified = new VerifiedFilesStore(null);
  for (const name of ["s/a", "s/b", "s/t/c"]) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), name);
  }
});

function finished({ name, path, label }: UploadJobOptions): FinishedUpload {
  const size = fs.existsSync(path) ? fs.statSync(path).size : 0;
  const counts = { size, id: "a".repeat(64), seconds: 1, sentBytes: size, resumedBytes: 0, secondary: 2, holders: 1 };
  return { result: { event: "done", name, path: label, as: name, ...counts }, failure: null, refusal: null };
}

function batchOf(...sources: string[]): UploadBatch {
  const session = {
    address: "central:1",
    currentAttempt: async () => {
      if (unreachable) throw new CentralUnreachable("the central is away");
    },
    list: async () => listed,
    pages: (start?: string | null) => catalogueOf(listed).pages(start ?? null),
  };
  const queue = {
    async add(options: UploadJobOptions) {
      begins -= 1;
      return begins < 0 ? null : finished(options);
    },
    runningBytes: () => ({ done: 0, moved: 0 }),
    get stopped() {
      return begins < 0;
    },
  };
  const named = sources.map((name) => ({ path: path.join(folder, name), label: name, name }));
  return new UploadBatch(
    { clock: systemClock, disk: systemDisk, session: session as never, verified },
    queue,
    { sources: named, at: null, giveUpAfterMs: 50, filesAtOnce: 1 },
    {
      waits() {},
      found() {},
      ended: ({ result, failure }, begun) => {
        ended.push(`${result.name}: ${failure ?? (begun ? "put" : "there")} ${result.size}`);
      },
    },
  );
}

/** The cluster has a file of the folder, which was read before. */
async function knows(name: string): Promise<void> {
  const stat = await systemDisk.stat(path.join(folder, name));
  if (!stat) throw new Error(name);
  const id = "b".repeat(64);
  verified.add(path.join(folder, name), stat, id, 4e12);
  listed.push({ name, size: stat.size, id, modified: 0, blake3: null, sha256: null, sources: 3 });
}

test("all of a folder is put, and what was read before and is there is not read again", async () => {
  await knows("s/b");
  const batch = batchOf("s");
  expect(batch.progress()).toBeNull();
  await batch.run();
  expect(ended).toEqual(["s/a: put 3", "s/b: there 3", "s/t/c: put 5"]);
  expect(batch.progress()).toMatchObject({ done: 11, total: 11, filesLeft: 0 });
});

test("a file that was changed since, or of which the cluster has another version, is put", async () => {
  await knows("s/a");
  await knows("s/b");
  fs.writeFileSync(path.join(folder, "s/a"), "new");
  listed = listed.map((file) => (file.name === "s/b" ? { ...file, id: "c".repeat(64) } : file));
  await batchOf("s").run();
  expect(ended).toEqual(["s/a: put 3", "s/b: put 3", "s/t/c: put 5"]);
});

test("a single file is begun at once; where the central is away, several fail without being begun", async () => {
  unreachable = true;
  await batchOf("s/a").run();
  expect(ended.splice(0)).toEqual(["s/a: put 3"]);
  await batchOf("s/a", "none").run();
  expect(ended).toEqual(["s/a: unreachable 3", "none: unreachable null"]);
});

test("what has not begun when all stop does not begin any more", async () => {
  begins = 1;
  const batch = batchOf("s");
  await batch.run();
  expect(batch.stopped).toBe(true);
  expect(ended).toEqual(["s/a: put 3", "s/b: failed 3", "s/t/c: failed 5"]);
});
