import { beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { type InputLine, layoutFrame } from "../../../../src/console/interactive/frame.ts";
import { Painter } from "../../../../src/console/interactive/painter.ts";
import type { ProgressItem } from "../../../../src/console/progress.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { item } from "../support/items.ts";
import { ScreenModel } from "../support/screen.ts";

// A machine that is busy with other tests may be slow.
setDefaultTimeout(60_000);

let clock: FakeClock;
let screen: ScreenModel;
let inputLine: InputLine | null;
let painter: Painter;

function open(columns = 80): void {
  clock = new FakeClock();
  screen = new ScreenModel(columns);
  inputLine = { prompt: "> ", line: "", cursor: 0 };
  painter = new Painter(clock, screen, () => inputLine);
}

beforeEach(() => open());

async function type(line: string, cursor = line.length): Promise<void> {
  inputLine = { prompt: "> ", line, cursor };
  painter.inputChanged();
  await Promise.resolve();
}

test("log lines go above bars and prompt, what is typed and the cursor stay", async () => {
  await type("get film", 3);
  painter.items([item(), item({ label: "other" })]);
  clock.advance(100);
  painter.text("one\ntwo");
  clock.advance(100);
  expect(screen.text.slice(0, 2)).toEqual(["one", "two"]);
  expect(screen.text[2]).toStartWith("film.mkv ");
  expect(screen.text[3]).toStartWith("other ");
  expect(screen.text.slice(4)).toEqual(["> get film"]);
  expect(screen.cursor).toEqual({ line: 4, offset: 5 });
  painter.items([]);
  clock.advance(100);
  expect(screen.text).toEqual(["one", "two", "> get film"]);
});

test("at most ten times a second, except for keys", async () => {
  let writes = 0;
  const write = screen.write.bind(screen);
  screen.write = (text) => {
    writes += 1;
    write(text);
  };
  await type("");
  writes = 0;
  for (let ms = 0; ms < 1000; ms += 10) {
    painter.text(`line ${ms}`);
    painter.items([item({ done: ms })]);
    clock.advance(10);
  }
  expect(writes).toBeLessThanOrEqual(11);
  writes = 0;
  await type("a");
  await type("ab");
  expect(writes).toBe(2);
  clock.advance(200);
  expect(screen.text.filter((line) => line.startsWith("line"))).toHaveLength(100);
});

test("what has not changed is not written again", async () => {
  await type("x");
  painter.items([item()]);
  clock.advance(200);
  screen.write = () => expect.unreachable();
  painter.items([item()]);
  clock.advance(200);
});

test("what is painted between a change of size and the news of it leaves nothing behind", async () => {
  let told = screen.columns;
  const stream = {
    get columns() {
      return told;
    },
    rows: 24,
    write: (text: string) => screen.write(text),
    on() {},
    off() {},
    _refreshSize() {
      told = screen.columns;
    },
  };
  painter.close();
  painter = new Painter(clock, stream, () => inputLine);
  await type("get film");
  painter.items([item({ done: 1, rate: 1, note: "3 sources" }), item({ label: "other" })]);
  clock.advance(200);
  // The terminal has folded what stood there, and the program has not heard of it.
  screen.columns = 30;
  painter.items([item({ done: 2, rate: 1, note: "3 sources" }), item({ label: "other" })]);
  clock.advance(200);
  const shown = screen.text.filter((line) => line !== "");
  expect(shown).toHaveLength(3);
  expect(shown[0]).toStartWith("film.mkv");
  expect(shown[1]).toStartWith("other");
  expect(shown[2]).toBe("> get film");
});

test("close leaves the texts alone, more than once, and later texts still come out", async () => {
  await type("half a com");
  painter.items([item()]);
  painter.text("kept");
  painter.close();
  painter.close();
  painter.text("later");
  painter.items([item()]);
  painter.inputChanged();
  await Promise.resolve();
  clock.advance(1000);
  expect(screen.text).toEqual(["kept", "later", ""]);
  expect(clock.pending).toBe(0);
});

test("a suspended painter waits, and then shows what it missed", async () => {
  await type("x");
  painter.suspend();
  painter.text("meanwhile");
  clock.advance(1000);
  expect(screen.text).toEqual([""]);
  painter.resume();
  expect(screen.text).toEqual(["meanwhile", "> x"]);
});

test("a painter that is suspended for long keeps the latest lines, and says how many are left out", async () => {
  painter.suspend();
  for (let line = 1; line <= 3500; line++) painter.text(`line ${line}`);
  painter.resume();
  expect(screen.text.slice(0, 2)).toEqual(["… lines left out meanwhile: 2500", "line 2501"]);
  expect(screen.text.slice(-2)).toEqual(["line 3500", ">"]);
  painter.text("one more");
  clock.advance(1000);
  expect(screen.text.slice(-2)).toEqual(["one more", ">"]);
});

test("escape codes of others do not reach the terminal, colors do", () => {
  let written = "";
  screen.write = (text) => {
    written += text;
  };
  inputLine = null;
  painter.text("\x1b[31mred\x1b[2J\x07\ttab\r");
  expect(written).toContain("\x1b[31mred[2J    tab\x1b[0m\r\n");
});

test("without a prompt there are only bars", () => {
  inputLine = null;
  painter.items([item()]);
  painter.text("log");
  clock.advance(100);
  expect(screen.text).toHaveLength(2);
  expect(screen.text[0]).toBe("log");
  painter.close();
  expect(screen.text).toEqual(["log", ""]);
});

type Step =
  | { do: "log"; length: number }
  | { do: "type"; line: string; at: number }
  | { do: "bars"; labels: string[] }
  | { do: "resize"; columns: number }
  | { do: "wait"; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("log" as const), length: fc.integer({ min: 1, max: 150 }) }),
  fc.record({
    do: fc.constant("type" as const),
    line: fc.string({ unit: fc.constantFrom("a", "b", " ", "漢", "é", "🎬"), maxLength: 90 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    do: fc.constant("bars" as const),
    labels: fc.array(fc.string({ unit: fc.constantFrom("x", "漢", "🎬"), minLength: 1, maxLength: 40 }), {
      maxLength: 30,
    }),
  }),
  fc.record({ do: fc.constant("resize" as const), columns: fc.integer({ min: 3, max: 120 }) }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.nat(150) }),
);

test("whatever happens, the screen holds every log line once and in order, and one frame", async () => {
  const run = async (steps: Step[]) => {
    open();
    let items: ProgressItem[] = [];
    const logged: string[] = [];
    await type("");
    for (const each of steps) {
      if (each.do === "log") {
        logged.push(`${logged.length}:`.padEnd(each.length, "-"));
        painter.text(logged.at(-1) ?? "");
      } else if (each.do === "type") {
        // The editor never puts the cursor into the middle of a character.
        const characters = [...each.line];
        await type(each.line, characters.slice(0, Math.round(each.at * characters.length)).join("").length);
      } else if (each.do === "bars") {
        items = each.labels.map((label) => item({ label }));
        painter.items(items);
      } else if (each.do === "resize") screen.resize(each.columns);
      else clock.advance(each.ms);
    }
    clock.advance(1000);
    const frame = layoutFrame(items, inputLine, screen);
    expect(screen.text).toEqual([...logged, ...frame.rows.map((row) => row.trimEnd())]);
    expect(screen.cursor).toEqual({ line: logged.length + frame.row, offset: frame.column });
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), run), { numRuns: 300 });
});
