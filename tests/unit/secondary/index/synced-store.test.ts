import { expect, test } from "bun:test";
import type { FileRecord, IndexStore } from "../../../../src/secondary/index/file-record.ts";
import { syncedStore } from "../../../../src/secondary/index/synced-store.ts";

const RECORD: FileRecord = {
  name: "a",
  id: "1".repeat(64),
  vector: "",
  changed: true,
  edits: "",
  blake3: null,
  size: 1,
  mtimeNs: 1n,
  ctimeNs: 1n,
  inode: 1n,
};

function recordingStore(syncs: () => Promise<boolean>) {
  const steps: string[] = [];
  const store = { save: async () => void steps.push("save") } as unknown as IndexStore;
  const synced = syncedStore({
    store,
    batches: {
      syncfs: (folder) => {
        steps.push(`sync ${folder}`);
        return syncs();
      },
    },
    guard: { root: "/shared", diskOf: (name) => (name.startsWith("other/") ? "other" : "") },
  });
  const save = (records: readonly FileRecord[]) =>
    synced.save({ put: records.map((record) => ({ record, hashes: null })), drop: [], vanished: [], forget: [] });
  return { steps, save };
}

test("what somebody put there is on its disk before it is recorded", async () => {
  const { steps, save } = recordingStore(async () => true);
  await save([RECORD, { ...RECORD, name: "b", changed: false }, { ...RECORD, name: "other/c" }]);
  expect(steps).toEqual(["sync /shared", "sync /shared/other", "save"]);
});

test("copies, which are synced when they get their names, are not synced again", async () => {
  const { steps, save } = recordingStore(async () => true);
  await save([{ ...RECORD, changed: false, vector: "0123abcd:1" }]);
  expect(steps).toEqual(["save"]);
});

test("a disk that cannot be synced keeps nothing from being recorded", async () => {
  const { steps, save } = recordingStore(async () => false);
  await save([RECORD]);
  expect(steps).toEqual(["sync /shared", "save"]);
});
