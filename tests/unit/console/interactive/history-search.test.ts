import { describe, expect, test } from "bun:test";
import { HistorySearch } from "../../../../src/console/interactive/history-search.ts";

const LINES = ["get film.mkv", "list", "get film.mkv", "get niños.mkv", "status"];
const [CTRL_R, BACKSPACE, ENTER, ESCAPE, CTRL_G, CTRL_C] = ["\x12", "\x7f", "\r", "\x1b", "\x07", "\x03"];

function search(before = ""): HistorySearch {
  return new HistorySearch(LINES, before);
}

describe("a search through the lines typed before", () => {
  test("shows what was typed until something is searched for, then the newest line that has it", () => {
    const one = search("half");
    expect([one.line, one.found]).toEqual(["half", true]);
    expect(one.press("mk")).toEqual({ kind: "search" });
    expect([one.line, one.query, one.cursor]).toEqual(["get film.mkv", "mk", 9]);
  });

  test("goes on to older ones with Ctrl-R, each text once, and stays at the oldest", () => {
    const one = search();
    one.press(`get${CTRL_R}`);
    expect([one.line, one.found]).toEqual(["get niños.mkv", true]);
    one.press(CTRL_R);
    expect([one.line, one.found]).toEqual(["get niños.mkv", false]);
  });

  test("narrows with each key, and widens with Backspace", () => {
    const one = search();
    one.press("get n");
    expect(one.line).toBe("get niños.mkv");
    one.press("x");
    expect([one.line, one.found]).toEqual(["get niños.mkv", false]);
    one.press(BACKSPACE.repeat(2));
    expect([one.line, one.query, one.found]).toEqual(["get film.mkv", "get ", true]);
    one.press("ñ");
    one.press(`${BACKSPACE.repeat(5)}ñ`);
    expect(one.line).toBe("get niños.mkv");
  });

  test.each([
    [ENTER, ENTER],
    ["\x1b[D", "\x1b[D"],
    ["\x01x", "\x01x"],
    [ESCAPE, ""],
  ])("ends with %p, which is then pressed in the line found", (key, keys) => {
    expect(search().press(`li${key}`)).toEqual({ kind: "found", line: "list", keys });
  });

  test.each([CTRL_G, CTRL_C])("is given up with %p", (key) => {
    expect(search("half").press(`li${key}x`)).toEqual({ kind: "cancelled", keys: "x" });
  });

  test("that finds nothing leaves what was typed", () => {
    const one = search("half");
    one.press("zzz");
    expect([one.line, one.found]).toEqual(["half", false]);
    expect(one.press(ENTER)).toEqual({ kind: "found", line: "half", keys: ENTER });
  });

  test("takes no more than a line could hold", () => {
    const one = search();
    one.press("x".repeat(1000));
    expect(one.query).toHaveLength(200);
  });
});
