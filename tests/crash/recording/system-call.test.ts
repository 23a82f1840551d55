import { expect, test } from "bun:test";
import { systemCalls } from "./system-call.ts";

const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

/** Name, arguments, result, and how many calls had ended before. */
function read(...lines: string[]): unknown[] {
  const text = (argument: string | Uint8Array) =>
    typeof argument === "string" ? argument : `"${Buffer.from(argument)}"`;
  return [...systemCalls(lines)].map(({ name, args, result, began }) => [
    name,
    args.map(text).join(" "),
    result,
    began,
  ]);
}

test("strings are decoded, whatever is in them, and commas in braces separate nothing", () => {
  const line = `7 1.5 pwrite64(3, "${hex('a, "b) = 5')}", 10, 4096) = 10`;
  expect(read(line)).toEqual([["pwrite64", '3 "a, "b) = 5" 10 4096', 10, 0]]);
  const times = "[UTIME_OMIT, {tv_sec=1, tv_nsec=2}]";
  expect(read(`7 1.5 utimensat(3, NULL, ${times}, 0) = 0`)).toEqual([["utimensat", `3 NULL ${times} 0`, 0, 0]]);
});

test("a call that others interrupt ends where it is resumed, and knows what had ended when it began", () => {
  const lines = ["7 1.0 fsync(3 <unfinished ...>", "8 1.1 fsync(4) = 0", "7 1.2 <... fsync resumed>)             = 0"];
  expect(read("7 0.9 fsync(2) = 0", ...lines)).toEqual([
    ["fsync", "2", 0, 0],
    ["fsync", "4", 0, 1],
    ["fsync", "3", 0, 1],
  ]);
});

test("a close counts from its beginning", () => {
  const lines = ["7 1.0 close(3 <unfinished ...>", `8 1.1 openat(AT_FDCWD, "${hex("/a")}", O_RDONLY) = 3`];
  expect(read(...lines, "7 1.2 <... close resumed>) = 0").map((call) => (call as unknown[])[0])).toEqual([
    "close",
    "openat",
  ]);
});

test("calls that failed, signals and ends of threads are left out", () => {
  const lines = [`7 1.0 unlink("${hex("/a")}") = -1 ENOENT (No such file or directory)`, "7 1.1 +++ exited with 0 +++"];
  expect(read(...lines, "7 1.2 --- SIGCHLD {si_signo=SIGCHLD} ---", "")).toEqual([]);
});

test("a string that strace has cut is an error", () => {
  expect(() => read(`7 1.0 write(3, "${hex("a")}"..., 2) = 2`)).toThrow("strace has cut a string");
});
