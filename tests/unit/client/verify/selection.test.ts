import { beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { selectFiles } from "../../../../src/client/verify/selection.ts";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { ListedFile } from "../../../../src/protocol/messages/client.ts";
import { temporaryFolder } from "../../../support/folder.ts";

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

function listed(name: string): ListedFile {
  return { name, size: 5, id: "a".repeat(64), modified: 0, blake3: null, sha256: null, sources: 1 };
}

function put(...names: string[]): void {
  for (const name of names) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, "");
  }
}

/** What is compared, each as its name and, where the cluster has none, "?"; and the folders that were not listed. */
async function selected(catalogue: readonly string[], wanted: readonly string[], disk: Partial<Disk> = {}) {
  const { files, unlisted } = await selectFiles(
    { ...systemDisk, ...disk },
    catalogue.map(listed),
    wanted.map((name) => ({ name, path: name === "" ? folder : `${folder}/${name}` })),
  );
  for (const file of files) expect(file.path).toBe(`${folder}/${file.name}`);
  return [...files.map(({ name, listed }) => (listed ? name : `${name}?`)), ...unlisted.map(({ name }) => `${name}!`)];
}

test("a folder is what the cluster has there and what is here, each once and in order", async () => {
  put("b", "sub/x", "sub/deep/y", "sub/.hidden", ".redes/z", "a");
  expect(await selected(["a", "c", "sub/x", "sub/v"], [""])).toEqual(["a", "b?", "c", "sub/deep/y?", "sub/v", "sub/x"]);
  expect(await selected(["a", "c", "sub/x", "sub/v"], ["sub", "a", "a"])).toEqual([
    "a",
    "sub/deep/y?",
    "sub/v",
    "sub/x",
  ]);
});

test("a folder of the cluster that is not here is all missing", async () => {
  expect(await selected(["sub/x", "sub/y", "subway"], ["sub"])).toEqual(["sub/x", "sub/y"]);
});

test("a file is itself, whether it is here, in the cluster, both or neither", async () => {
  put("here", "both");
  expect(await selected(["both", "there"], ["here", "both", "there", "neither"])).toEqual([
    "both",
    "here?",
    "neither?",
    "there",
  ]);
});

test("a folder in the place of a file of the cluster is that file", async () => {
  put("film/x");
  expect(await selected(["film"], ["film"])).toEqual(["film"]);
});

test("links to files are files, and links to folders are not followed", async () => {
  put("sub/x");
  fs.symlinkSync("sub/x", `${folder}/link`);
  fs.symlinkSync("sub", `${folder}/folder`);
  fs.symlinkSync("nowhere", `${folder}/broken`);
  expect(await selected([], [""])).toEqual(["link?", "sub/x?"]);
  // Where the cluster has a file behind one it is looked for there.
  expect(await selected(["folder/x"], [""])).toEqual(["folder/x", "link?", "sub/x?"]);
});

test("a folder that cannot be listed is told, unless it is gone by then", async () => {
  put("sub/x", "a");
  const refusing = (failure: "denied" | "missing"): Partial<Disk> => ({
    list: async (wanted) => {
      if (wanted.endsWith("/sub")) throw new DiskError(failure, wanted, "it cannot be listed");
      return systemDisk.list(wanted);
    },
  });
  expect(await selected(["a"], [""], refusing("denied"))).toEqual(["a", "sub!"]);
  expect(await selected(["a"], [""], refusing("missing"))).toEqual(["a"]);
});

test("however many files there are, each that is named costs no look through all of them", async () => {
  let looks = 0;
  const catalogue = Array.from({ length: 1000 }, (_, index) => {
    const name = `sub/${String(index).padStart(4, "0")}`;
    return Object.defineProperty(listed(name), "name", {
      get() {
        looks += 1;
        return name;
      },
    });
  });
  const wanted = [...catalogue.map(({ name }) => name), ...catalogue.map((_, index) => `none ${index}`)];
  const { files } = await selectFiles(
    systemDisk,
    catalogue,
    wanted.map((name) => ({ name, path: `${folder}/${name}` })),
  );
  expect([files.length, looks < 100_000]).toEqual([2000, true]);
});
