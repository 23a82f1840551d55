import { beforeEach, describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { CommandTable } from "../../../src/console/commands/command.ts";
import { type Console, openConsole } from "../../../src/console/open-console.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { item } from "./support/items.ts";
import { FakeOutput } from "./support/streams.ts";

let clock: FakeClock;
let input: PassThrough;
let output: FakeOutput;
let errors: FakeOutput;
let shown: Console;
let ends: string[];
let ended: Promise<void>;
let release: () => void;

const table = new CommandTable([
  { name: "say", aliases: [], parameter: "TEXT", help: "", run: (text) => shown.print(`<${text}>`) },
  { name: "wait", aliases: [], parameter: "", help: "", run: () => new Promise((resolve) => (release = resolve)) },
  { name: "fail", aliases: [], parameter: "", help: "", run: () => Promise.reject(new Error("it went wrong")) },
  {
    name: "throw",
    aliases: [],
    parameter: "",
    help: "",
    run() {
      throw new TypeError();
    },
  },
]);

beforeEach(() => {
  clock = new FakeClock();
  input = new PassThrough();
  output = new FakeOutput();
  errors = new FakeOutput();
  ends = [];
  ended = new Promise((resolve) => {
    shown = openConsole({
      clock,
      input,
      output: output.stream,
      errors: errors.stream,
      prompt: "> ",
      historyFile: null,
      table,
      interrupted: () => expect.unreachable(),
      ended(kind) {
        ends.push(kind);
        resolve();
      },
    });
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("lines are commands; results, mistakes and failures go where they belong, without a prompt", async () => {
  input.end("say a b\r\n\nnope\nsya x\nfail\nthrow\nsay é");
  await ended;
  expect(output.lines).toEqual(["<a b>", "<é>"]);
  expect(errors.lines).toEqual([
    'unknown command "nope": type help for the list',
    'unknown command "sya": did you mean say? type help for the list',
    "error: it went wrong",
    "error: TypeError",
  ]);
  expect(ends).toEqual(["pipe"]);
});

test("nobody is asked", async () => {
  expect(await shown.confirm("remove 3 files?")).toBe(true);
  expect(output.text + errors.text).toBe("");
});

test("the end is reported once, after the last command", async () => {
  input.end("say 1\nwait\nsay 2\n");
  await settle();
  expect(output.lines).toEqual(["<1>"]);
  expect(ends).toEqual([]);
  release();
  await ended;
  await settle();
  expect(output.lines).toEqual(["<1>", "<2>"]);
  expect(ends).toEqual(["pipe"]);
});

test("nothing at all, or an input that breaks, is an end too", async () => {
  input.destroy(new Error("EIO"));
  await ended;
  await settle();
  expect(ends).toEqual(["pipe"]);
});

test("an overlong line is refused and not kept", async () => {
  for (let chunk = 0; chunk < 40; chunk++) input.write("x".repeat(10_000));
  input.end("\nsay after\n");
  await ended;
  expect(errors.lines).toEqual(["error: a line of more than 65536 bytes is no command"]);
  expect(output.lines).toEqual(["<after>"]);
});

test("what sends faster than commands run has to wait, and nothing is lost", async () => {
  input.write("wait\n");
  for (let count = 0; count < 3000; count++) input.write(`say ${count}\n`);
  await settle();
  expect(input.isPaused()).toBe(true);
  input.end();
  release();
  await ended;
  expect(output.lines).toHaveLength(3000);
  expect(output.lines.at(-1)).toBe("<2999>");
});

test("after close no command starts and no end is reported; texts still come out", async () => {
  input.write("wait\nsay never\n");
  await settle();
  shown.close();
  shown.close();
  release();
  input.end();
  shown.print("last words");
  await settle();
  await shown.drained();
  expect(output.lines).toEqual(["last words"]);
  expect(ends).toEqual([]);
});

test("escape codes do not get into a pipe", () => {
  shown.print("\x1b[31mred\x1b[0m");
  shown.log("\x1b[2mdim\x1b[0m");
  expect(output.text + errors.text).toBe("red\ndim\n");
});

describe("progress", () => {
  test("is one plain line in five seconds, while there is any", () => {
    shown.progress([]);
    for (let second = 0; second < 11; second++) {
      shown.progress([item({ done: second * 100 })]);
      clock.advance(1000);
    }
    shown.progress([]);
    expect(errors.lines).toEqual(["film.mkv: 50%, 500/1000 B", "film.mkv: 100%, 1000/1000 B"]);
  });

  test("of what is done in less time is not worth a line", () => {
    for (let second = 0; second < 20; second++) {
      shown.progress(second % 5 === 4 ? [] : [item()]);
      clock.advance(1000);
    }
    expect(errors.lines).toEqual([]);
  });

  test("of many downloads names the first", () => {
    clock.advance(5000);
    shown.progress(["a", "b", "c", "d", "e"].map((label) => item({ label, total: 0 })));
    expect(errors.lines).toEqual(["a: 100%, 0/0 B; b: 100%, 0/0 B; c: 100%, 0/0 B; and 2 more"]);
  });
});

test("what a full disk has not taken is known in the end, and a reader that has gone away is no fault", async () => {
  const fails = (code: string) => Object.assign(new Error("it went wrong"), { code });
  output.stream.emit("error", fails("EPIPE"));
  expect(shown.unwritten).toBeNull();
  output.stream.emit("error", fails("ENOSPC"));
  output.stream.emit("error", fails("EIO"));
  expect(shown.unwritten).toMatchObject({ code: "ENOSPC" });
});
