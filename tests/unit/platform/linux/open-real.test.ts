import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { openReal } from "../../../../src/platform/linux/open-real.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const { O_RDONLY, O_RDWR, O_CREAT } = fs.constants;

test("a file is opened unless a link is on the way, or in its place", () => {
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  fs.mkdirSync(at("real"));
  fs.writeFileSync(at("real/file"), "content");
  fs.symlinkSync("real", at("folder"));
  fs.symlinkSync("real/file", at("link"));
  const opened = openReal(at("real/file"), O_RDONLY);
  expect(opened === null ? null : fs.readFileSync(opened, "utf8")).toBe("content");
  fs.closeSync(opened ?? -1);
  for (const name of ["folder/file", "link", "missing"]) expect(openReal(at(name), O_RDONLY)).toBeNull();
});

test("one that is made can be read and written as any other, and is not left to a child process", () => {
  const folder = temporaryFolder();
  const fd = openReal(path.join(folder, "new"), O_RDWR | O_CREAT) ?? -1;
  fs.writeSync(fd, "content");
  expect(fs.fstatSync(fd).mode & 0o600).toBe(0o600);
  expect(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")).toMatch(/flags:\s*02\d+/);
  fs.closeSync(fd);
});
