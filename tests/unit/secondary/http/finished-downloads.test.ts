import { expect, test } from "bun:test";
import { FinishedDownloads } from "../../../../src/secondary/http/finished-downloads.ts";

const FILE = { id: "a".repeat(64), size: 100 };

/** Whether each part, sent one after the other, made the whole. */
function sent(parts: readonly (readonly [start: number, end: number, host?: string])[], file = FILE): boolean[] {
  const downloads = new FinishedDownloads();
  return parts.map(([start, end, host = "ana"]) => downloads.sent(host, file, { start, end }));
}

test("a download is finished when all of it was sent, in whatever parts", () => {
  expect(sent([[0, 100]])).toEqual([true]);
  // Broken off and resumed, with some bytes twice.
  expect(
    sent([
      [0, 60],
      [55, 100],
    ]),
  ).toEqual([false, true]);
  // Three at once, which end in another order.
  expect(
    sent([
      [66, 100],
      [0, 33],
      [33, 66],
    ]),
  ).toEqual([false, false, true]);
  // A player that looks at the end first.
  expect(
    sent([
      [90, 100],
      [0, 100],
    ]),
  ).toEqual([false, true]);
  expect(sent([[0, 0]], { ...FILE, size: 0 })).toEqual([true]);
});

test("what is missing a byte is not finished", () => {
  expect(
    sent([
      [0, 49],
      [50, 100],
    ]),
  ).toEqual([false, false]);
  expect(sent([[1, 100]])).toEqual([false]);
  expect(sent([[0, 99]])).toEqual([false]);
});

test("the parts of two do not make one", () => {
  expect(
    sent([
      [0, 50, "ana"],
      [50, 100, "eva"],
    ]),
  ).toEqual([false, false]);
});

test("the next download counts again", () => {
  expect(
    sent([
      [0, 100],
      [0, 50],
      [50, 100],
    ]),
  ).toEqual([true, false, true]);
});

test("countless parts with gaps between them take no more room", () => {
  const downloads = new FinishedDownloads();
  const file = { id: "b".repeat(64), size: 10_000 };
  for (let part = 0; part < 500; part++) downloads.sent("ana", file, { start: part * 10, end: part * 10 + 5 });
  for (let part = 0; part < 390; part++) downloads.sent("ana", file, { start: part * 10 + 5, end: part * 10 + 10 });
  // The first ones are forgotten by then.
  expect(downloads.sent("ana", file, { start: 3900, end: 10_000 })).toBeFalse();
  expect(downloads.sent("ana", file, { start: 0, end: 3900 })).toBeTrue();
});
