import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { MAX_EXAMINED_BYTES } from "../../../../src/platform/disk/batch-disk.ts";
import type { BlockingDisk } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { hash } from "../../../../src/platform/hash.ts";
import { inlineBatches, noBatches } from "../../../../src/platform/workers/batch-client.ts";
import { temporaryFolder } from "../../../support/folder.ts";

function folder(files: Readonly<Record<string, string>>): string {
  const root = fs.realpathSync(temporaryFolder());
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  }
  return root;
}

function examine(root: string, names: readonly string[], disk: Partial<BlockingDisk> = {}) {
  return inlineBatches({ ...systemBlockingDisk, ...disk }).examineFiles({ folder: root, except: ".redes" }, names);
}

test("small files are hashed, and are told as they are", async () => {
  const longest = "x".repeat(MAX_EXAMINED_BYTES);
  const root = folder({ a: "one", "sub/ñ": "two", empty: "", longest });
  const [a, second, empty, last] = await examine(root, ["a", "sub/ñ", "empty", "longest"]);
  expect(a?.hashes).toEqual(hash(Buffer.from("one")));
  expect(second?.hashes).toEqual(hash(Buffer.from("two")));
  expect(empty?.hashes).toEqual(new Uint8Array(0));
  expect(last?.hashes).toEqual(hash(Buffer.from(longest)));
  expect(second?.stat).toEqual(systemBlockingDisk.lstat(`${root}/sub/ñ`) ?? undefined);
  expect([a, second, empty, last].map((one) => one?.hasWriters)).toEqual([false, false, false, false]);
});

test("somebody who writes to a file is seen, and what the system does not say is not known", async () => {
  const root = folder({ a: "one", b: "two" });
  const fd = fs.openSync(`${root}/b`, "r+");
  expect((await examine(root, ["a", "b"])).map((one) => one?.hasWriters)).toEqual([false, true]);
  fs.closeSync(fd);
  const unknown = await examine(root, ["a"], { hasWriters: () => null });
  expect(unknown.map((one) => one?.hasWriters)).toEqual([null]);
});

test("what is no small file within the folder, or changes just now, has no answer, and keeps none back from the others", async () => {
  const root = folder({ long: "x".repeat(MAX_EXAMINED_BYTES + 1), "sub/a": "a", last: "fine", ".redes/b": "b" });
  const outside = folder({ secret: "theirs" });
  fs.symlinkSync(outside, `${root}/link`);
  fs.symlinkSync(`${root}/last`, `${root}/alias`);
  const names = ["long", "sub", "nothing", "link/secret", "alias", ".redes/b", "last"];
  expect((await examine(root, names)).map((one) => one !== null)).toEqual([...Array(6).fill(false), true]);
  const growing = await examine(root, ["last"], {
    read(fd, buffer, position) {
      fs.appendFileSync(`${root}/last`, "more");
      return systemBlockingDisk.read(fd, buffer, position);
    },
  });
  expect(growing).toEqual([null]);
  const shorter = await examine(root, ["last"], { read: () => 2 });
  expect(shorter).toEqual([null]);
});

test("every file that was opened is closed again", async () => {
  const root = folder({ a: "one", long: "x".repeat(MAX_EXAMINED_BYTES + 1), b: "two" });
  let open = 0;
  const counted: Partial<BlockingDisk> = {
    open(...args) {
      const fd = systemBlockingDisk.open(...args);
      open += 1;
      return fd;
    },
    close(fd) {
      open -= 1;
      systemBlockingDisk.close(fd);
    },
    read(fd, buffer, position) {
      if (buffer[0] === 0 && position === 0 && fs.readlinkSync(`/proc/self/fd/${fd}`).endsWith("b"))
        throw new Error("EIO");
      return systemBlockingDisk.read(fd, buffer, position);
    },
  };
  await examine(root, ["a", "long", "b", "nothing"], counted);
  expect(open).toBe(0);
});

test("a thread that is gone has no answers", async () => {
  expect(await noBatches.examineFiles({ folder: "/", except: null }, ["a", "b"])).toEqual([null, null]);
});
