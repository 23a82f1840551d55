import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { type ProgressItem, renderPlain, renderProgress } from "../../../src/console/progress.ts";
import { GIB, MIB } from "../../../src/platform/units.ts";
import { item } from "./support/items.ts";

// A machine that is busy with other tests may be slow.
setDefaultTimeout(60_000);

const running = item({ done: 0.5 * GIB, total: 2 * GIB, rate: 64 * MIB, note: "3 sources" });
const FAMILY = "👨‍👩‍👧‍👦";

describe("renderProgress", () => {
  test("a wide window has room for everything", () => {
    expect(renderProgress([running], 100)).toEqual([
      "film.mkv  ██████░░░░░░░░░░░░░░░░░░   25%  512.0 MiB/2.0 GiB   64.0 MiB/s  ETA 24 s  3 sources",
    ]);
  });

  test("narrower windows go without more and more, the name comes last", () => {
    const lines = [80, 62, 50, 38, 30, 20, 8, 3, 1].map((width) => renderProgress([running], width)[0]);
    expect(lines).toEqual([
      "film.mkv  ██░░░░░░░░░   25%  512.0 MiB/2.0 GiB   64.0 MiB/s  ETA 24 s  3 sources",
      "film.mkv  ███░░░░░░░░░   25%   64.0 MiB/s  ETA 24 s  3 sources",
      "film.mkv   25%   64.0 MiB/s  ETA 24 s  3 sources",
      "film.mkv   25%   64.0 MiB/s  ETA 24 s",
      "film.mkv   25%   64.0 MiB/s",
      "film.mkv   25%",
      "film.mkv",
      "fi…",
      "…",
    ]);
  });

  test("at 80 and at 45 columns what runs keeps name, percent, rate and time left, whatever waits beside it", () => {
    const waiting = item({ label: "a film with a long name.mkv", waits: true, note: "waiting 2/5  ~3 min" });
    const slow = item({
      label: "series/s01e01.mkv",
      done: 5,
      total: 4000 * GIB,
      rate: GIB * 1.0009,
      note: "3 sources",
    });
    const paused = item({ label: "other.mkv", done: 0.5 * GIB, total: GIB, note: "paused" });
    expect(renderProgress([slow, paused, waiting], 79)).toEqual([
      "series/s01e01.mkv            ░░░░░░░░    0%    1.0 GiB/s  ETA 67 min  3 sources",
      "other.mkv                    ████░░░░   50%  paused",
      "a film with a long name.mkv  waiting 2/5  ~3 min",
    ]);
    expect(renderProgress([slow, paused, waiting], 44)).toEqual([
      "series…01.mkv    0%    1.0 GiB/s  ETA 67 min",
      "other.mkv       50%  paused",
      "a film…me.mkv  waiting 2/5  ~3 min",
    ]);
  });

  test("why nothing comes is whole where there is room without the numbers", () => {
    const stalled = item({ done: 0.5 * GIB, total: GIB, note: "waiting for a secondary" });
    expect([100, 66, 50, 40, 20].map((width) => renderProgress([stalled], width)[0])).toEqual([
      "film.mkv  ████████████░░░░░░░░░░░░   50%  512.0 MiB/1.0 GiB  waiting for a secondary",
      "film.mkv  ████████████░░░░░░░░░░░░   50%  waiting for a secondary",
      "film.mkv   50%  waiting for a secondary",
      "film.mkv   50%  waiting for a secondary",
      "film.mkv   50%  wai…",
    ]);
  });

  test("the parts of several items stand one below the other", () => {
    const other = item({ label: "漢字.mkv", done: 2 * GIB, total: 2 * GIB, note: "done" });
    const [first = "", second = ""] = renderProgress([running, other], 80);
    expect(Bun.stringWidth(first.slice(0, first.indexOf("█")))).toBe(
      Bun.stringWidth(second.slice(0, second.indexOf("█"))),
    );
    expect(second).toContain("100%");
  });

  test("a long name loses its middle, never half a character", () => {
    const label = `${"漢".repeat(20)}${FAMILY.repeat(10)}e\u0301.mkv`;
    const [line = ""] = renderProgress([item({ label })], 30);
    expect(line).toMatch(/^漢+….*e\u0301\.mkv/);
    expect(line.replaceAll(FAMILY, "")).not.toContain("\u200d");
  });

  test("an unknown size has no percent", () => {
    expect(renderProgress([item({ total: null, done: 1536, rate: 10 })], 60)[0]).toMatch(
      /^film\.mkv {2}·+ +1\.5 KiB +10 B\/s$/,
    );
  });

  test("nearly all is not 100 %, an empty file is", () => {
    expect(renderProgress([item({ done: 999_999, total: 1_000_000 })], 20)[0]).toContain("99%");
    expect(renderProgress([item({ total: 0 })], 20)[0]).toContain("100%");
  });

  test("what does not fit the block is counted", () => {
    const items = Array.from({ length: 5 }, (_, index) => item({ label: `f${index}` }));
    expect(renderProgress(items, 40, 2).at(-1)).toBe("… and 3 more");
    expect(renderProgress(items, 40, 2)).toHaveLength(3);
    expect(renderProgress(items, 40, 5)).toHaveLength(5);
    expect(renderProgress(items, 40, 0)).toEqual(["5 running"]);
    expect(renderProgress([], 40)).toEqual([]);
  });

  test("no line is wider than the window, nor changes the screen, whatever the items say", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("漢字".repeat(30), FAMILY.repeat(20), "\x1b[31mred\r\n", "a\u0301".repeat(50), "❤️🇪🇸".repeat(9)),
    );
    const number = fc.oneof(
      fc.double(),
      fc.nat(),
      fc.constantFrom(0, 2 ** 50, Number.NaN, Number.POSITIVE_INFINITY, -1),
    );
    const items: fc.Arbitrary<ProgressItem[]> = fc.array(
      fc.record({ id: fc.string(), label: text, done: number, total: fc.option(number), rate: number, note: text }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 130 }), (some, width) => {
        for (const line of renderProgress(some, width)) {
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/\p{Cc}/u);
        }
      }),
    );
  });
});

test("renderPlain says it in one line", () => {
  expect(renderPlain(running)).toBe("film.mkv: 25%, 512.0 MiB/2.0 GiB, 64.0 MiB/s, ETA 24 s, 3 sources");
  expect(renderPlain(item({ label: "a\nb", total: null }))).toBe("a�b: 0 B");
});

test("a narrow window shows whom is waited for rather than the percent, and the percent where that does not fit either", () => {
  const item = { id: "a", label: "film.mkv", done: 50, total: 100, rate: 0 };
  expect(renderProgress([{ ...item, note: "esperando a los secundarios 1, 2" }], 45)).toEqual([
    "film.mkv  esperando a los secundarios 1, 2",
  ]);
  expect(renderProgress([{ ...item, note: "waiting for secondary 2" }], 45)).toEqual([
    "film.mkv   50%  waiting for secondary 2",
  ]);
  const [long = ""] = renderProgress([{ ...item, note: "waiting: the disk has no room for the file" }], 45);
  expect(long).toBe("film.mkv   50%  waiting: the disk has no roo…");
});
