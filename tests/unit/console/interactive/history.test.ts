import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { History } from "../../../../src/console/interactive/history.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "redes-history-"));
  file = path.join(folder, "history");
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

function inFile(): string[] {
  return fs.readFileSync(file, "utf8").trimEnd().split("\n");
}

test("a later run has the lines of the earlier, the newest first; only the owner may read them", () => {
  const first = new History(file);
  for (const line of ["list", "get é", "get é", "  ", "status"]) first.add(line);
  expect(inFile()).toEqual(["list", "get é", "status"]);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(new History(file).earlier).toEqual(["status", "get é", "list"]);
});

test("at most 1000 lines are kept, the newest", () => {
  fs.writeFileSync(file, Array.from({ length: 1500 }, (_, index) => `line ${index}\n`).join(""));
  const history = new History(file);
  expect(history.earlier).toHaveLength(1000);
  expect(history.earlier[0]).toBe("line 1499");
  expect(inFile()).toHaveLength(1000);
  history.add("one more");
  expect(inFile()).toHaveLength(1000);
  expect(inFile().at(-1)).toBe("one more");
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(folder)).toEqual(["history"]);
});

test("two programs share one file", () => {
  const [one, two] = [new History(file), new History(file)];
  one.add("a");
  two.add("b");
  one.add("c");
  expect(inFile()).toEqual(["a", "b", "c"]);
});

test("without a file, or where it cannot be one, nothing happens", () => {
  for (const place of [null, folder, path.join(folder, "no", "such", "folder"), "/dev/full"]) {
    const history = new History(place);
    expect(history.earlier).toEqual([]);
    history.add("list");
  }
});
