import { expect, test } from "bun:test";
import { systemRandom } from "../../../../src/platform/random.ts";
import { MAX_VANISHED, type VanishedFile } from "../../../../src/secondary/index/file-record.ts";
import { VanishedFiles } from "../../../../src/secondary/index/vanished-files.ts";

function vanished(name: string): VanishedFile {
  return { name, id: name, vector: "", changed: false, edits: "" };
}

test("a name whose file is back is not among them any more", () => {
  const files = new VanishedFiles(systemRandom);
  files.add([vanished("a"), vanished("b")]);
  const edit = files.newEdit;
  files.delete("a");
  expect(files.get("a")).toBeUndefined();
  expect(files.among(["a", "b", "c"])).toEqual(["b"]);
  expect(files.newEdit).toBe(edit);
});

test("what comes under a name that is forgotten has another edit than what was new before", () => {
  const files = new VanishedFiles(systemRandom);
  files.add([vanished("a")]);
  const edit = files.newEdit;
  files.forget([]);
  expect(files.newEdit).toBe(edit);
  files.forget(["a"]);
  expect(files.get("a")).toBeUndefined();
  expect(files.newEdit).not.toBe(edit);
});

test("beyond the limit the oldest are forgotten", () => {
  const files = new VanishedFiles(systemRandom);
  files.add(Array.from({ length: MAX_VANISHED }, (_, index) => vanished(`${index}`)));
  const edit = files.newEdit;
  files.add([vanished("new")]);
  expect(files.among(["0", "1", "new"])).toEqual(["1", "new"]);
  expect(files.newEdit).not.toBe(edit);
});
