import { expect, test } from "bun:test";
import { parseRate, rateText } from "../../../../src/cli/limits/rate.ts";
import { minuteOfDay, parseScheduledLimit, scheduledAt, scheduleForm } from "../../../../src/cli/limits/schedule.ts";
import { inEnglish } from "../../../support/in-english.ts";

const WORDS = new Map([
  ["", ["upload", "download"]],
  ["upload", ["upload"]],
  ["copy", ["copy"]],
] as const);
const parse = (text: string) => parseScheduledLimit<string>(text, WORDS);
const at = (hours: number, minutes = 0) => hours * 60 + minutes;

test("a rate is bytes a second, with K, M and G of 1024, and none at all", () => {
  expect(["1024", "500K", "10M", "1.5g", "2MiB", "10MB", "3M/s"].map(parseRate)).toEqual([
    1024,
    500 * 1024,
    10 * 1024 ** 2,
    1.5 * 1024 ** 3,
    2 * 1024 ** 2,
    10_000_000,
    3 * 1024 ** 2,
  ]);
  expect(["0", "off", "OFF", "none"].map(parseRate)).toEqual([null, null, null, null]);
  expect(["", "1", "1023", "fast", "-1M", "10X", "M", "1e6"].map(parseRate)).toEqual(Array(8).fill(undefined));
  expect([rateText(null), rateText(10 * 1024 ** 2)]).toEqual(["no limit", "10.0 MiB/s"]);
});

test("a limit of the schedule has times, perhaps a word, and a rate", () => {
  expect(parse("08:00-18:00 2M")).toEqual({
    from: at(8),
    to: at(18),
    times: "08:00-18:00",
    kinds: ["upload", "download"],
    rate: 2 * 1024 ** 2,
  });
  expect(parse(" 22:30-6:05  Upload off ")).toMatchObject({
    from: at(22, 30),
    to: at(6, 5),
    kinds: ["upload"],
    rate: null,
  });
  expect(parse("18:00-24:00 copy 1M")).toMatchObject({ to: at(24), kinds: ["copy"] });
});

test("what is no limit of the schedule is refused", () => {
  const wrong = [
    "",
    "2M",
    "08:00-18:00",
    "08:00-18:00 fast",
    "8-18 2M",
    "08:00 18:00 2M",
    "25:00-26:00 2M",
    "24:30-01:00 2M",
    "24:00-01:00 2M",
    "08:60-09:00 2M",
    "08:00-08:00 2M",
    "08:00-09:00-10:00 2M",
    "08:00-18:00 clients 2M",
    "08:00-18:00 upload 2M copy 1M",
  ];
  expect(wrong.map(parse)).toEqual(wrong.map(() => null));
});

test("a limit holds from its first minute to before its last, also over midnight", () => {
  const schedule = ["08:00-18:00 2M", "22:00-06:00 upload 1M"].map(parse).filter((limit) => limit !== null);
  const rates = (kind: string) =>
    [at(7, 59), at(8), at(17, 59), at(18), at(22), at(23, 59), at(0), at(5, 59), at(6)].map((minute) => {
      const rate = scheduledAt(schedule, kind, minute)?.rate;
      return rate === undefined ? "-" : (rate ?? 0) / 1024 ** 2;
    });
  expect(rates("upload")).toEqual(["-", 2, 2, "-", 1, 1, 1, 1, "-"]);
  expect(rates("download")).toEqual(["-", 2, 2, "-", "-", "-", "-", "-", "-"]);
  expect(rates("copy")).toEqual(Array(9).fill("-"));
});

test("of several that hold at the same time the first counts", () => {
  const schedule = ["12:00-13:00 off", "08:00-18:00 2M"].map(parse).filter((limit) => limit !== null);
  expect([at(11), at(12), at(13)].map((minute) => scheduledAt(schedule, "upload", minute)?.rate)).toEqual([
    2 * 1024 ** 2,
    null,
    2 * 1024 ** 2,
  ]);
});

test("its times are those of the clock on the wall, on the days too on which that is changed", () => {
  const zone = process.env.TZ;
  try {
    process.env.TZ = "Europe/Madrid";
    // In the night to 29 March 2026 the clock goes from 2 to 3; in the night to 25 October 2 to 3 comes twice.
    const minutes = [
      "2026-03-29T00:59Z",
      "2026-03-29T01:00Z",
      "2026-10-25T00:30Z",
      "2026-10-25T01:30Z",
      "2026-10-25T07:00Z",
    ];
    expect(minutes.map((time) => minuteOfDay(Date.parse(time)))).toEqual([
      at(1, 59),
      at(3),
      at(2, 30),
      at(2, 30),
      at(8),
    ]);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("what it takes is said with the words that there are", () => {
  expect(inEnglish(scheduleForm(WORDS))).toStartWith("HH:MM-HH:MM [upload|copy] RATE");
  expect(inEnglish(scheduleForm(new Map([["", ["rate"]]])))).toStartWith("HH:MM-HH:MM RATE");
});
