import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { inlineBatches, noBatches } from "../../../../src/platform/workers/batch-client.ts";
import { DescriptorTable } from "../../../../src/platform/workers/descriptor-table.ts";
import { anchorAt } from "../../../support/anchor.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const batches = inlineBatches(systemBlockingDisk);
const bounds = (folder: string) => ({ folder, except: ".redes" });

function rooted(): { root: string; write(name: string, content: string): string } {
  const root = fs.realpathSync(temporaryFolder());
  return {
    root,
    write(name, content) {
      const file = path.join(root, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
      return file;
    },
  };
}

test("files get free names, and the folders on the way are made", async () => {
  const { root, write } = rooted();
  const files = ["a", "new/folder/b", "new/folder/c"].map((name) => ({
    from: write(`.redes/${name}`, name),
    name,
    tmpfile: null,
  }));
  const placed = await batches.install(
    anchorAt(root),
    files.map((file) => ({ ...file, size: file.name.length })),
  );
  for (const [index, { from, name }] of files.entries()) {
    expect(fs.readFileSync(path.join(root, name), "utf8")).toBe(name);
    expect(fs.existsSync(from)).toBe(false);
    expect(placed[index]?.after?.inode).toBe(placed[index]?.before.inode ?? 0n);
  }
});

test("nothing is replaced, no link is followed, and what has another size is not placed", async () => {
  const { root, write } = rooted();
  const outside = temporaryFolder();
  fs.symlinkSync(outside, path.join(root, "link"));
  write("taken", "mine");
  write("file", "");
  const names = ["taken", "link/escaped", "link/deeper/escaped", "file/below", "size", "fine"];
  const files = names.map((name) => {
    return { from: write(`.redes/${name}`, "four"), tmpfile: null, name, size: name === "size" ? 5 : 4 };
  });
  const placed = await batches.install(anchorAt(root), files);
  expect(placed.map((one) => one !== null)).toEqual([false, false, false, false, false, true]);
  expect(fs.readFileSync(path.join(root, "taken"), "utf8")).toBe("mine");
  expect(fs.readdirSync(outside)).toEqual([]);
  expect(files.map(({ from }) => fs.existsSync(from))).toEqual([true, true, true, true, true, false]);
});

test("no folder is made for what is not there any more, or is on another disk than the folder", async () => {
  const { root, write } = rooted();
  const elsewhere = inlineBatches({
    ...systemBlockingDisk,
    lstat(wanted) {
      const stat = systemBlockingDisk.lstat(wanted);
      return stat && { ...stat, device: wanted.includes(".redes") ? stat.device + 1n : stat.device };
    },
  });
  const from = write(".redes/a", "a");
  const gone = { from: `${root}/.redes/gone`, tmpfile: null, name: "new/b", size: 1 };
  const file = { from, tmpfile: null, name: "new/a", size: 1 };
  expect(await elsewhere.install(anchorAt(root), [file, gone])).toEqual([null, null]);
  expect(fs.readdirSync(root)).toEqual([".redes"]);
});

test("folders that were made for files which do not get their names go again, and no others", async () => {
  const { root, write } = rooted();
  const failing = inlineBatches({
    ...systemBlockingDisk,
    renameNoReplace(from, to) {
      if (to.endsWith("refused")) throw new Error("no space");
      systemBlockingDisk.renameNoReplace(from, to);
    },
  });
  fs.mkdirSync(path.join(root, "mine/empty"), { recursive: true });
  const names = ["new/deep/refused", "new/refused", "other/a", "other/sub/refused", "mine/empty/made/refused"];
  const files = names.map((name) => ({ from: write(`.redes/${name}`, "x"), tmpfile: null, name, size: 1 }));
  const placed = await failing.install(anchorAt(root), files);
  expect(placed.map((one) => one !== null)).toEqual([false, false, true, false, false]);
  const left = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).filter((each) => !each.startsWith(".redes"));
  expect(left.sort()).toEqual(["mine", "mine/empty", "other", "other/a"]);
});

test("files without a name get one that is free, and nothing is left of the others", async () => {
  const { root, write } = rooted();
  write("taken", "mine");
  const names = ["new/folder/a", "taken", "b"];
  const files = names.map((name) => {
    const tmpfile = systemBlockingDisk.openTmpfile(root);
    if (tmpfile === null) throw new Error("this file system has no files without names");
    systemBlockingDisk.write(tmpfile, Buffer.from(name), 0);
    return { from: path.join(root, ".redes"), tmpfile, name, size: name.length };
  });
  const placed = await batches.install(anchorAt(root), files);
  expect(placed.map((one) => one?.after?.inode ?? null)).toEqual(
    names.map((name) => (name === "taken" ? null : fs.lstatSync(path.join(root, name), { bigint: true }).ino)),
  );
  const table = DescriptorTable.of(files.length);
  for (const [place, { tmpfile }] of files.entries()) table.put(place, tmpfile);
  await batches.close(table.memory);
  expect([...table.drain()]).toEqual([]);
  for (const { tmpfile } of files) expect(() => fs.fstatSync(tmpfile)).toThrow();
  expect(fs.readFileSync(path.join(root, "new/folder/a"), "utf8")).toBe("new/folder/a");
  expect(fs.readFileSync(path.join(root, "taken"), "utf8")).toBe("mine");
  expect(fs.readdirSync(root).toSorted()).toEqual(["b", "new", "taken"]);
});

test("only ordinary files reached through real folders are seen", async () => {
  const { root, write } = rooted();
  write("folder/file", "1234");
  fs.symlinkSync(path.join(root, "folder"), path.join(root, "link"));
  fs.symlinkSync(path.join(root, "folder/file"), path.join(root, "filelink"));
  const names = ["folder/file", "link/file", "filelink", "folder", "missing", "missing/below"];
  const stats = await batches.statFiles(root, names);
  expect(stats.map((stat) => stat?.size ?? null)).toEqual([4, null, null, null, null, null]);
});

test("whether somebody writes to a file is seen", async () => {
  const { root, write } = rooted();
  write("rests", "1234");
  const writer = fs.openSync(write("grows", "12"), "r+");
  const opened = await batches.openFiles(bounds(root), ["rests", "grows", "missing"]);
  fs.closeSync(writer);
  expect(opened.map((one) => one && [one.stat.size, one.hasWriters])).toEqual([[4, false], [2, true], null]);
});

test("a file is read whole only if it is what it should be", async () => {
  const { root, write } = rooted();
  const file = write("file", "content");
  const [stat] = await batches.statFiles(root, ["file"]);
  if (!stat) throw new Error("the file is not there");
  const wanted = { path: file, size: stat.size, mtimeNs: stat.mtimeNs, inode: stat.inode };
  const others = [
    { ...wanted, size: 3 },
    { ...wanted, mtimeNs: 1n },
    { ...wanted, path: `${file}2` },
  ];
  const { sizes, bytes } = await batches.readFiles([wanted, ...others, wanted], bounds(root));
  expect(Buffer.from(bytes).toString()).toBe("contentcontent");
  expect(sizes).toEqual([7, null, null, null, 7]);
});

test("a file that somebody writes to while it is read has no result", async () => {
  const { root, write } = rooted();
  const file = write("file", "content");
  const [stat] = await batches.statFiles(root, ["file"]);
  if (!stat) throw new Error("the file is not there");
  const read: typeof systemBlockingDisk.read = (fd, buffer, position) => {
    fs.writeFileSync(file, "CONTENT");
    fs.utimesSync(file, 1, 1);
    return systemBlockingDisk.read(fd, buffer, position);
  };
  const wanted = { path: file, size: stat.size, mtimeNs: stat.mtimeNs, inode: stat.inode };
  const disturbed = inlineBatches({ ...systemBlockingDisk, read });
  const { sizes, bytes } = await disturbed.readFiles([wanted], bounds(root));
  expect([sizes, bytes.length]).toEqual([[null], 0]);
});

test("without batches no file has a result", async () => {
  expect(await noBatches.statFiles("/", ["a", "b"])).toEqual([null, null]);
  expect(await noBatches.install(anchorAt("/"), [{ from: "a", tmpfile: null, name: "b", size: 1 }])).toEqual([null]);
  const table = DescriptorTable.of(1);
  table.put(0, 17);
  await noBatches.close(table.memory);
  expect([...table.drain()]).toEqual([17]);
});

test("only plain files are opened: no link, nothing that is behind a link to a folder, and no folder", async () => {
  const { root, write } = rooted();
  const outside = temporaryFolder();
  fs.writeFileSync(path.join(outside, "secret"), "secret");
  write("folder/file", "file");
  fs.symlinkSync(path.join(outside, "secret"), path.join(root, "link"));
  fs.symlinkSync(outside, path.join(root, "link-to-folder"));
  const names = ["folder/file", "link", "link-to-folder/secret", "folder", "missing"];
  const opened = await batches.openFiles(bounds(root), names);
  expect(opened.map((one) => one?.stat.size ?? null)).toEqual([4, null, null, null, null]);
});

test("nothing gets a name, and no folder is made, where another folder has the path of the one that is meant", async () => {
  const { root, write } = rooted();
  const anchor = anchorAt(root);
  fs.renameSync(root, `${root}-away`);
  fs.mkdirSync(root);
  const names = ["a", "new/folder/b"];
  const files = names.map((name) => ({ from: write(`.redes/${name}`, "x"), tmpfile: null, name, size: 1 }));
  expect(await batches.install(anchor, files)).toEqual([null, null]);
  expect(fs.readdirSync(root)).toEqual([".redes"]);
  fs.rmSync(`${root}-away`, { recursive: true });
});
