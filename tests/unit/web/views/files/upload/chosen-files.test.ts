import { expect, test } from "bun:test";
import { chosenFiles, foundInInput, MAX_CHOSEN } from "../../../../../../src/web/views/files/upload/chosen-files.ts";

const file = (name: string) => new File(["x"], name);

test("files get names in the folder that is shown, and those of a folder keep their paths", () => {
  const found = ["a.mkv", "series/1.mkv"].map((path) => ({ file: file("x"), path }));
  expect(chosenFiles(found, "").files.map(({ name }) => name)).toEqual(["a.mkv", "series/1.mkv"]);
  expect(chosenFiles(found, "films").files.map(({ name }) => name)).toEqual(["films/a.mkv", "films/series/1.mkv"]);
  // ñ of two characters, as macOS has it.
  expect(chosenFiles([{ file: file("x"), path: "man\u0303ana" }], "").files[0]?.name).toBe("ma\u00f1ana");
});

test("hidden files are left out, and of very many the rest", () => {
  const found = [".DS_Store", "a/.git/config", "a/b"].map((path) => ({ file: file("x"), path }));
  expect(chosenFiles(found, "")).toMatchObject({ hidden: 2, isMore: false, files: [{ name: "a/b" }] });
  const many = Array.from({ length: MAX_CHOSEN + 1 }, (_, index) => ({ file: file("x"), path: String(index) }));
  const chosen = chosenFiles(many, "");
  expect([chosen.files.length, chosen.isMore, chosen.hidden]).toEqual([MAX_CHOSEN, true, 0]);
});

test("an input gives the paths in a folder, or the names of files", () => {
  const inFolder = Object.defineProperty(file("1.mkv"), "webkitRelativePath", { value: "series/1.mkv" });
  expect(foundInInput([file("a"), inFolder]).map(({ path }) => path)).toEqual(["a", "series/1.mkv"]);
});
