import { beforeEach, expect, test } from "bun:test";
import { CommandTable } from "../../../../src/console/commands/command.ts";
import { type Console, openConsole } from "../../../../src/console/open-console.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { ScreenModel } from "../support/screen.ts";
import { FakeKeyboard, FakeOutput } from "../support/streams.ts";

let clock: FakeClock;
let keyboard: FakeKeyboard;
let output: FakeOutput;
let errors: FakeOutput;
let shown: Console;
let events: string[];
let release: () => void;

const names = ["film.mkv", "film two.mkv"];
const table = new CommandTable([
  {
    name: "get",
    aliases: ["VIDEO"],
    parameter: "NAME",
    help: "",
    complete: (prefix) => names.filter((name) => name.startsWith(prefix)),
    run: (name) => shown.print(`<${name}>`),
  },
  {
    name: "ask",
    aliases: [],
    parameter: "",
    help: "",
    run: async () => shown.print((await shown.confirm("sure?")) ? "yes" : "no"),
  },
  { name: "wait", aliases: [], parameter: "", help: "", run: () => new Promise((resolve) => (release = resolve)) },
  { name: "page", aliases: [], parameter: "", help: "", run: () => shown.page("row\n".repeat(50)) },
]);

function open(stdout: FakeOutput, stderr: FakeOutput): void {
  clock = new FakeClock();
  keyboard = new FakeKeyboard();
  [output, errors, events] = [stdout, stderr, []];
  shown = openConsole({
    clock,
    input: keyboard,
    output: output.stream,
    errors: errors.stream,
    prompt: "> ",
    historyFile: null,
    table,
    interrupted: () => events.push("interrupted"),
    ended: (kind) => events.push(`ended ${kind}`),
  });
}

beforeEach(() => open(new FakeOutput(80), new FakeOutput(80)));

async function press(keys: string): Promise<void> {
  keyboard.write(keys);
  // The keys pass two streams and readline on their way; no time is needed, only turns.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(100);
}

/** What a terminal shows of what a stream got. */
function screenOf(stream: FakeOutput): string[] {
  const screen = new ScreenModel(80);
  screen.write(stream.text);
  return screen.text;
}

test("everything goes to one of the two streams, in order", async () => {
  await press("get a\r");
  shown.log("log");
  await press("typing");
  expect(screenOf(output)).toEqual(["> get a", "<a>", "log", "> typing"]);
  expect(errors.text).toBe("");
  expect(keyboard.raw).toBe(true);
  shown.close();
  expect(screenOf(output)).toEqual(["> get a", "<a>", "log", ""]);
  expect(keyboard.raw).toBe(false);
});

test("a question is answered by the next line, which is no command; only a yes is one", async () => {
  const answers: boolean[] = [];
  const ask = () => void shown.confirm("remove 3 files?").then((yes) => answers.push(yes));
  ask();
  await press("get a");
  expect(screenOf(output)).toEqual(["remove 3 files?", "[y/N] get a"]);
  await press("\r");
  for (const answer of ["y\r", "YES \r", "sí\r", "\r", "no\r", "\t\r"]) {
    ask();
    await press(answer);
  }
  expect(answers).toEqual([false, true, true, true, false, false, false]);
  await press("get a\r");
  expect(screenOf(output).filter((row) => row === "<a>")).toHaveLength(1);
});

test("Ctrl-C, Ctrl-D and the end of the console answer a question with no", async () => {
  const answers: boolean[] = [];
  const ask = () => void shown.confirm("remove 3 files?").then((yes) => answers.push(yes));
  ask();
  await press("y\x03");
  expect(answers).toEqual([false]);
  expect(events).toEqual([]);
  ask();
  await press("\x04");
  expect(answers).toEqual([false, false]);
  expect(events).toEqual(["ended terminal"]);
  ask();
  shown.close();
  await press("");
  expect(answers).toEqual([false, false, false]);
});

test("with stdout elsewhere the prompt is on stderr, and results are plain", async () => {
  open(new FakeOutput(), new FakeOutput(80));
  await press("get \x1b[31ma\rget b\r");
  shown.log("log");
  await press("x");
  expect(output.text).toBe("<a>\n<b>\n");
  expect(screenOf(errors)).toEqual(["> get a", "> get b", "log", "> x"]);
});

test("with stderr elsewhere log lines are plain", async () => {
  open(new FakeOutput(80), new FakeOutput());
  shown.log("\x1b[31mlog");
  await press("get a\r");
  expect(errors.text).toBe("log\n");
  expect(screenOf(output)).toEqual(["> get a", "<a>", "> "].map((line) => line.trimEnd()));
});

test("typing goes on while a command runs, and the next one waits", async () => {
  await press("wait\r");
  await press("get a\rget");
  expect(screenOf(output)).toEqual(["> wait", "> get a", "> get"]);
  release();
  await press("!");
  expect(screenOf(output)).toEqual(["> wait", "> get a", "<a>", "> get!"]);
});

test("a command that takes long holds up no other, and its result comes when it is there", async () => {
  await press("wait\r");
  clock.advance(1500);
  await press("");
  await press("get a\r");
  const late = "wait: no answer yet; it comes when it is there, and other commands work";
  expect(screenOf(output)).toEqual(["> wait", late, "> get a", "<a>", "> "].map((line) => line.trimEnd()));
  release();
  await press("get b\r");
  expect(screenOf(output)).toContain("<b>");
});

test("one that asks something waits for the answer as long as it takes", async () => {
  await press("ask\r");
  clock.advance(60_000);
  await press("");
  expect(screenOf(output).join()).not.toContain("no answer yet");
  await press("y\r");
  expect(screenOf(output)).toContain("yes");
});

test("one whose result is read in a pager has answered, however long that takes", async () => {
  const { PAGER } = process.env;
  process.env.PAGER = "exec sleep 600";
  try {
    await press("page\r");
    expect(shown.isPaging).toBe(true);
    clock.advance(60_000);
    await press("");
    shown.close();
    expect(screenOf(output)).toEqual(["> page", ""]);
  } finally {
    if (PAGER === undefined) delete process.env.PAGER;
    else process.env.PAGER = PAGER;
  }
});

test("Ctrl-R finds a line typed before, which Enter runs and other keys change", async () => {
  await press("get film\rget two\r");
  await press("half\x12");
  expect(screenOf(output).at(-1)).toBe('(search "") half');
  await press("fi");
  expect(screenOf(output).at(-1)).toBe('(search "fi") get film');
  await press("\r");
  expect(screenOf(output).slice(-3)).toEqual(["> get film", "<film>", ">"]);
  await press("\x12two\x1b[D!");
  expect(screenOf(output).at(-1)).toBe("> get tw!o");
  await press("\x03\x12zzz");
  expect(screenOf(output).at(-1)).toBe('(no line has "zzz")');
  await press("\x07get a\r");
  expect(screenOf(output).slice(-3)).toEqual(["> get a", "<a>", ">"]);
});

test("Ctrl-R in the middle of a paste searches with what follows", async () => {
  await press("get film\r");
  await press("x\x12ge\r");
  expect(screenOf(output).slice(-2)).toEqual(["<film>", ">"]);
});

test("Tabs of somebody who is faster than this machine are Tabs, and one in a paste is a space", async () => {
  await press("g\t\t");
  expect(screenOf(output).at(-1)).toBe("> get film");
  await press("\t\t");
  expect(screenOf(output).at(-1)).toBe("> get film");
  await press("\x15get a\tb\r");
  expect(screenOf(output)).toContain("<a b>");
});

test("Tab inserts what is sure and shows the rest", async () => {
  await press("g\t");
  await press("f\t");
  expect(screenOf(output)).toEqual(["> get film"]);
  await press("\t");
  expect(screenOf(output)).toEqual(["film.mkv      film two.mkv", "> get film"]);
  await press(".\t");
  await press("\r");
  expect(screenOf(output).slice(1, 3)).toEqual(["> get film.mkv", "<film.mkv>"]);
});

test("Ctrl-C drops a line that is typed, and interrupts where there is none, each time", async () => {
  await press("get half\x1b[D\x1b[D\x03");
  expect(events).toEqual([]);
  expect(screenOf(output)).toEqual(["> get half^C", ">"]);
  await press("get a\r");
  expect(screenOf(output).slice(1)).toEqual(["> get a", "<a>", ">"]);
  await press("\x03");
  await press("\x03");
  expect(events).toEqual(["interrupted", "interrupted"]);
});

test("Ctrl-D ends on an empty line only, once", async () => {
  await press("x\x04");
  expect(events).toEqual([]);
  await press("\x7f\x04");
  shown.close();
  await press("");
  expect(events).toEqual(["ended terminal"]);
  expect(keyboard.raw).toBe(false);
});

test("a lost terminal ends, once", async () => {
  keyboard.destroy(new Error("EIO"));
  output.emit("error", new Error("EIO"));
  await press("");
  expect(events).toEqual(["ended terminal"]);
});

test("closing is no end", async () => {
  shown.close();
  keyboard.end();
  await press("");
  expect(events).toEqual([]);
});

test("a pasted book does not grow the line without bound", async () => {
  for (let page = 0; page < 50; page++) await press("x".repeat(20_000));
  const written = output.text.length;
  await press("y".repeat(1000));
  expect(output.text.length - written).toBeLessThan(5000);
  await press("\r");
  const echoed = screenOf(output).find((line) => line.startsWith("> xxx")) ?? "";
  expect(echoed.length).toBeLessThan(10_000);
});
