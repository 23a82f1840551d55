import { beforeEach, expect, test } from "bun:test";
import type { FailedDownload } from "../../../../src/transfer/download-spec.ts";
import { FileMove } from "../../../../src/transfer/sinks/file-move.ts";
import type { SinkReading } from "../../../../src/transfer/sinks/sink.ts";

const FULL: FailedDownload = { kind: "failed", message: "the disk is full" };
const LATER: FailedDownload = { kind: "failed", message: "another failure" };

/** What was done, and what came of it. */
let events: string[];
let writing: number;
/** What becomes of the sink's move. */
let moved: PromiseWithResolvers<boolean>;
let move: FileMove;

beforeEach(() => {
  [events, writing] = [[], 2];
  moved = Promise.withResolvers();
  const reading: Pick<SinkReading, "move"> = {
    move(error) {
      events.push(`move: ${error.message}`);
      return moved.promise;
    },
  };
  const writers = {
    stopAll: () => void events.push("stop all"),
    get allStopped() {
      return writing === 0;
    },
  };
  move = new FileMove({ reading: reading as SinkReading }, writers, {
    moved: () => void events.push("moved"),
    failed: ({ message }) => void events.push(`failed: ${message}`),
  });
});

function stopWriter(): void {
  writing -= 1;
  move.writerStopped();
}

test("a sink moves once nothing writes to its file any more, for the first failure", async () => {
  move.begin(FULL);
  stopWriter();
  move.begin(LATER);
  expect(events).toEqual(["stop all", "stop all"]);
  stopWriter();
  expect(events.slice(2)).toEqual(["move: the disk is full"]);
  // Those that fail while it moves change nothing.
  move.begin(LATER);
  move.writerStopped();
  moved.resolve(true);
  await move.ended;
  expect(events.slice(3)).toEqual(["stop all", "moved"]);
});

test("it moves again when the next disk fails too", async () => {
  writing = 0;
  move.begin(FULL);
  moved.resolve(true);
  await move.ended;
  move.begin(LATER);
  await move.ended;
  expect(events.filter((event) => event.startsWith("move:"))).toEqual([
    "move: the disk is full",
    "move: another failure",
  ]);
});

test.each([
  ["there is no other file", () => moved.resolve(false)],
  ["the other one cannot be made", () => moved.reject(new Error("nor there"))],
])("the download fails with the first reason where %s", async (_, happens) => {
  writing = 0;
  move.begin(FULL);
  happens();
  await move.ended;
  expect(events).toEqual(["stop all", "move: the disk is full", "failed: the disk is full"]);
});

test("connections that end by themselves move nothing", async () => {
  writing = 0;
  move.writerStopped();
  await move.ended;
  expect(events).toEqual([]);
});

test("only a sink with readers may have another file", () => {
  expect(move.isPossible).toBe(true);
  const events = { moved() {}, failed() {} };
  expect(new FileMove({}, { stopAll() {}, allStopped: true }, events).isPossible).toBe(false);
});
