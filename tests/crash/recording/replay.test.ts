import { expect, test } from "bun:test";
import { replay } from "./replay.ts";
import { systemCalls } from "./system-call.ts";

const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
const path = (name: string) => `"${hex(`/v/${name}`)}"`;

/** The names that are given and taken away, in their order. */
function names(...lines: string[]): string[] {
  const { changes } = replay([[[...systemCalls(lines)]]], ["/v"], "/", new Map());
  return changes.flatMap((change) => (change.kind === "name" ? change.entries.map(({ name }) => name) : []));
}

test("a folder that is made comes before what is made in it, whichever end is seen first", () => {
  const first = `7 1.0 mkdir(${path("a")}, 0777 <unfinished ...>`;
  const second = `8 1.1 mkdir(${path("a/b")}, 0777 <unfinished ...>`;
  const third = `9 1.2 mkdir(${path("a/b/c")}, 0777) = 0`;
  const ends = ["8 1.3 <... mkdir resumed>) = 0", "7 1.4 <... mkdir resumed>) = 0"];
  expect(names(first, second, third, ...ends)).toEqual(["a", "b", "c"]);
});

test("what was under way and has nothing to do with it keeps its place", () => {
  const began = [`7 1.0 mkdir(${path("a")}, 0777 <unfinished ...>`, `8 1.1 unlink(${path("x")} <unfinished ...>`];
  const file = `6 0.9 openat(AT_FDCWD, ${path("x")}, O_RDWR|O_CREAT, 0666) = 3`;
  const ends = ["8 1.3 <... unlink resumed>) = 0", "7 1.4 <... mkdir resumed>) = 0"];
  expect(names(file, ...began, `9 1.2 mkdir(${path("b")}, 0777) = 0`, ...ends)).toEqual(["x", "b", "x", "a"]);
});

test("what uses a name that nobody has given is an error", () => {
  expect(() => names(`7 1.0 mkdir(${path("a/b")}, 0777) = 0`)).toThrow("/v/a/b is used and is not there");
  expect(() => names(`7 1.0 unlink(${path("a")}) = 0`)).toThrow("a is used and is not there");
  const renamed = `7 1.0 rename(${path("a")}, ${path("b")}) = 0`;
  expect(() => names(renamed, `7 1.1 mkdir(${path("a")}, 0777) = 0`)).toThrow("a is used and is not there");
});

test("a name in an open folder is that of the folder, whatever the folder is called by then", () => {
  const lines = [
    `7 1.0 mkdir(${path("a")}, 0777) = 0`,
    `7 1.1 openat(AT_FDCWD, ${path("a")}, O_RDONLY|O_DIRECTORY|O_PATH) = 3`,
    `7 1.2 rename(${path("a")}, ${path("b")}) = 0`,
    `7 1.3 mkdir("${hex("/proc/self/fd/3/c")}", 0777) = 0`,
    `7 1.4 rmdir(${path("b/c")}) = 0`,
  ];
  expect(names(...lines)).toEqual(["a", "a", "b", "c", "c"]);
});

test("a file without a name gets one in an open folder, by the descriptors of both", () => {
  const lines = [
    `7 1.0 mkdir(${path("a")}, 0777) = 0`,
    `7 1.1 openat(AT_FDCWD, ${path("a")}, O_RDONLY|O_DIRECTORY|O_PATH) = 3`,
    `7 1.2 openat(AT_FDCWD, ${path("a")}, O_RDWR|O_TMPFILE, 0666) = 4`,
    `7 1.3 linkat(4, "", 3, "${hex("b")}", AT_EMPTY_PATH) = 0`,
    `7 1.4 unlink(${path("a/b")}) = 0`,
  ];
  expect(names(...lines)).toEqual(["a", "b", "b"]);
  const deeper = `7 1.5 linkat(4, "", 3, "${hex("b/c")}", AT_EMPTY_PATH) = 0`;
  expect(() => names(...lines, deeper)).toThrow("linkat does something to a recorded volume that is not understood");
});
