import { expect, test } from "bun:test";
import { formatsOf } from "../../../../src/web/format/formats.ts";

const english = formatsOf("en-GB");
const spanish = formatsOf("es-ES");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

test("sizes have one digit behind the point, in the largest unit that they fill", () => {
  const sizes = [0, 1, 1023, 1024, 1536, 1024 ** 2 - 1, 1024 ** 2, 5.25 * 1024 ** 3, 1024 ** 5 * 3000];
  expect(sizes.map((size) => plain(english.bytes(size)))).toEqual([
    "0 B",
    "1 B",
    "1,023 B",
    "1.0 KiB",
    "1.5 KiB",
    "1.0 MiB",
    "1.0 MiB",
    "5.3 GiB",
    "3,000.0 PiB",
  ]);
  expect(plain(spanish.bytes(1536))).toBe("1,5 KiB");
  expect(plain(english.rate(2048.4))).toBe("2.0 KiB/s");
});

test("numbers are in groups, in Spanish those of four digits too", () => {
  expect([english.number(1234567), spanish.number(1234)]).toEqual(["1,234,567", "1.234"]);
});

test("nothing is said to be whole before it is", () => {
  expect([0, 0.005, 0.999, 1, -1, 2].map((ratio) => plain(english.percent(ratio)))).toEqual([
    "0%",
    "0%",
    "99%",
    "100%",
    "0%",
    "100%",
  ]);
});

test("a duration has two units at most", () => {
  const durations = [-3, 0.4, 59.4, 59.6, 125, 3600, 7_500, 90_000, 86_400 * 1000];
  expect(durations.map((seconds) => plain(english.duration(seconds)))).toEqual([
    "0 s",
    "0 s",
    "59 s",
    "1 min 0 s",
    "2 min 5 s",
    "1 h 0 min",
    "2 h 5 min",
    "1 d 1 h",
    "1,000 d 0 h",
  ]);
});

test("dates are written as in the locale", () => {
  const at = new Date(2026, 10, 28, 19, 38, 8).getTime();
  expect(plain(english.date(at))).toBe("28 Nov 2026, 19:38");
  expect(plain(spanish.date(at))).toBe("28 nov 2026, 19:38");
  expect(plain(english.moment(at))).toBe("28 Nov 2026, 19:38:08");
  expect(plain(english.time(at))).toBe("19:38:08");
});
