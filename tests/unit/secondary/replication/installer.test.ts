import { expect, test } from "bun:test";
import type { InstallResult, StagedFile } from "../../../../src/secondary/changes/staged-file.ts";
import { Installer } from "../../../../src/secondary/replication/installer.ts";
import type { CopierEvents } from "../../../../src/secondary/replication/ports.ts";

const REFUSAL = { reason: "permission denied", lasting: true };

function staged(name: string): StagedFile {
  const version = { id: "0".repeat(64), size: 7 };
  const times = { vector: "", edits: "", modified: 0, blake3: null, sha256: null };
  return { name, version, hashes: new Uint8Array(), ...times, temp: `staging/${name}`, unnamed: null };
}

/** Installs files into a folder that answers so; returns what happened. */
async function install(answers: () => Promise<InstallResult[]>, ...names: string[]) {
  const installed: string[] = [];
  const rejected: unknown[] = [];
  const removed: string[] = [];
  const events: CopierEvents = {
    installed: (name) => void installed.push(name),
    rejected: ({ name, size }, obstacle) => void rejected.push({ name, size, ...obstacle }),
    received() {},
    returned() {},
    sourceFailed() {},
    capacityChanged() {},
  };
  const disk = { remove: async (path: string) => void removed.push(path) };
  const installer = new Installer({ disk, folder: { install: answers }, events });
  const files = await installer.install(names.map(staged), true);
  return { files: files.map(({ name }) => name), installed, rejected, removed };
}

test("a file that is refused its name is deleted, and its order rejected with the obstacle", async () => {
  expect(await install(async () => ["installed", REFUSAL], "a", "b")).toEqual({
    files: ["a"],
    installed: ["a"],
    rejected: [{ name: "b", size: 7, ...REFUSAL }],
    removed: ["staging/b"],
  });
});

test("a folder that fails, or answers for too few, has installed nothing of the others", async () => {
  const failed = await install(() => Promise.reject(new Error("no folder")), "a");
  expect(failed).toMatchObject({ files: [], rejected: [{ name: "a", reason: "no folder", lasting: false }] });
  const missing = await install(async () => [], "a");
  expect(missing).toMatchObject({ files: [], removed: ["staging/a"], rejected: [{ name: "a", lasting: false }] });
});
