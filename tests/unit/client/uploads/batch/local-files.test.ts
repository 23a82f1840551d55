import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { leftTexts } from "../../../../../src/client/uploads/batch/left-text.ts";
import { localFiles } from "../../../../../src/client/uploads/batch/local-files.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { english } from "../../../../../src/sentences/sentence.ts";
import { temporaryFolder } from "../../../../support/folder.ts";

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), name);
  }
  return folder;
}

test("a folder means all files in it, under its name, and files are themselves", async () => {
  const folder = folderWith("s/b", "s/a", "s/t/u/c", "x");
  const sources = [
    { path: `${folder}/s/`, label: "s/", name: "films" },
    { path: `${folder}/x`, label: "x", name: "y" },
    { path: `${folder}/none`, label: "none", name: "none" },
  ];
  const { files, folders, left } = await localFiles(systemDisk, sources);
  expect(files.map(({ label, name, stat }) => [label, name, stat?.size ?? null])).toEqual([
    ["s/a", "films/a", 3],
    ["s/b", "films/b", 3],
    ["s/t/u/c", "films/t/u/c", 7],
    ["x", "y", 1],
    ["none", "none", null],
  ]);
  expect(files[0]?.path).toBe(`${folder}/s/a`);
  expect([folders, left]).toEqual([["films"], []]);
});

test("what nobody shares is left out, and why is said; what is hidden, without a word", async () => {
  const folder = folderWith("s/a", "s/.git/x", "s/.b", "s/c.part", "s/line\nfeed");
  fs.symlinkSync("a", `${folder}/s/link`);
  fs.symlinkSync("/", `${folder}/s/root`);
  const { files, left } = await localFiles(systemDisk, [{ path: `${folder}/s`, label: "s", name: "s" }]);
  expect(files.map(({ name }) => name)).toEqual(["s/a"]);
  expect(left.map(({ label, why }) => [label, english(why)])).toEqual([
    ["s/c.part", "it is named like a file that another program has not finished"],
    ["s/line\nfeed", "no file of the cluster can be called so: it contains a control character"],
    ["s/link", "it is a symbolic link"],
    ["s/root", "it is a symbolic link"],
  ]);
  expect(leftTexts(left, 1)[3]).toBe("s/root is left out: it is a symbolic link");
  const many = Array.from({ length: 30 }, () => ({ label: "x", why: "y" }));
  expect(leftTexts(many, 0).slice(-2)).toEqual(["20 more left out", "there is no file to put"]);
});

test("a folder that cannot be read is an error", async () => {
  const folder = folderWith("s/a");
  const disk = {
    ...systemDisk,
    list: async () => {
      throw new Error("permission denied");
    },
  };
  const sources = [{ path: `${folder}/s`, label: "s", name: "s" }];
  await expect(localFiles(disk, sources)).rejects.toThrow("permission denied");
});
