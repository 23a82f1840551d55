import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Pty } from "./support/pty.ts";
import { ScreenModel } from "./support/screen.ts";

// A machine that is busy with other tests may be slow.
setDefaultTimeout(60_000);

// The real program on a real pseudo-terminal: what fakes cannot show of readline, raw mode, signals and hang-ups.

const PROMPT = "redes> ";
/** Wrapping on again, then the cursor to its column. */
const FRAME_END = /\[\?7h(\p{Cc}\[\d+A)?\r\p{Cc}\[\d+C/u;

let folder: string;
let history: string;
let pty: Pty;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "redes-console-"));
  history = path.join(folder, "history");
  pty = new Pty(history);
  await pty.until(PROMPT);
});

afterEach(() => {
  pty.kill();
  fs.rmSync(folder, { recursive: true });
});

test("commands run, Tab completes, and quit leaves a clean terminal", async () => {
  pty.type("get film\t");
  await pty.until("film.mkv");
  pty.type("\r");
  await pty.until("<film.mkv>");
  pty.type("fail\r");
  await pty.until("error: it went wrong");
  pty.type("bars 3\r");
  await pty.until("waiting: no secondary");
  pty.type("quit\r");
  await pty.until("stopped: quit\r\r\n");
  expect(await pty.exited).toBe(0);
  const screen = new ScreenModel(80);
  screen.write(pty.output);
  expect(screen.text.join("\n").trimEnd().split("\n")).toEqual([
    "redes> get film.mkv",
    "got <film.mkv>",
    "redes> fail",
    "error: it went wrong",
    "redes> bars 3",
    "redes> quit",
    "stopped: quit",
  ]);
});

test("Ctrl-C at a half-typed line drops it, and stops at an empty one", async () => {
  pty.type("half");
  await pty.until("half");
  pty.type("\x03");
  await pty.until("half^C");
  pty.type("\x03");
  await pty.until("stopped: interrupted");
  expect(await pty.exited).toBe(0);
});

test("Ctrl-D stops", async () => {
  pty.type("\x04");
  await pty.until("stopped: ended terminal");
  expect(await pty.exited).toBe(0);
});

test("a closed window does not crash the program", async () => {
  pty.type("bars 3\r");
  await pty.until("waiting: no secondary");
  pty.hangUp();
  expect(await pty.exited).toBe(0);
});

test("a later run has the lines of the earlier", async () => {
  pty.type("log remembered\r");
  await pty.until("log remembered\r");
  await pty.until("remembered\r");
  pty.type("\x04");
  await pty.exited;
  pty = new Pty(history);
  await pty.until(PROMPT);
  pty.type("\x1b[A\r");
  await pty.until("log remembered\r");
  await pty.until("remembered\r");
});

test("a window made narrow and wide again keeps the log, one frame and the typed line", async () => {
  const screen = new ScreenModel(80);
  let seen = 0;
  const check = () => {
    screen.write(pty.output.slice(seen));
    seen = pty.output.length;
  };
  const typed = "x".repeat(100);
  pty.type("log first\r");
  await pty.until("log first\r");
  await pty.until("first\r");
  pty.type("bars 3\r");
  await pty.until("waiting: no secondary");
  pty.type(`${typed}!`);
  await pty.until("!");
  await pty.until(FRAME_END);
  for (const [columns, rows] of [
    [30, 20],
    [12, 30],
    [200, 24],
    [80, 24],
  ] as const) {
    check();
    screen.resize(columns);
    pty.resize(columns, rows);
    await pty.until(FRAME_END);
  }
  check();
  expect(screen.text.slice(0, 3)).toEqual(["redes> log first", "first", "redes> bars 3"]);
  expect(screen.text).toHaveLength(3 + 3 + 2);
  expect(screen.text.slice(6).join("")).toBe(`${PROMPT}${typed}!`);
});
