import { beforeEach, expect, test } from "bun:test";
import { CentralUnreachable, WrongServer } from "../../../../src/client/central-errors.ts";
import { askPatiently } from "../../../../src/client/selection/patient-question.ts";
import { PeerError } from "../../../../src/protocol/errors.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const BUSY = new PeerError("not-synchronized", "secondary 2 is missing");

let clock: FakeClock;
let reasons: unknown[];
let asked: number;
/** What each question comes to. */
let answers: (string | Error)[];
let attempt: Promise<void>;
let cancel: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  [reasons, asked, answers, attempt, cancel] = [[], 0, [], Promise.resolve(), new AbortController()];
});

/** Asks, and lets so many milliseconds pass; gives what came of it. */
async function ask(giveUpAfterMs: number, ms: number, at?: () => void): Promise<unknown> {
  let outcome: unknown = "waiting";
  void askPatiently({
    ...{ clock, giveUpAfterMs, cancelled: cancel.signal },
    session: { currentAttempt: () => attempt, address: "central:1" },
    waits: (reason) => void reasons.push(reason),
    async ask() {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  }).then(
    (answer) => {
      outcome = answer;
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  for (let passed = 0; passed < ms; passed += 100) {
    await Bun.sleep(0);
    if (passed === 1000) at?.();
    clock.advance(100);
  }
  await Bun.sleep(0);
  return outcome;
}

test("asks once where the answer comes", async () => {
  answers = ["yes"];
  expect(await ask(Number.POSITIVE_INFINITY, 2000)).toBe("yes");
  expect([asked, reasons]).toEqual([1, []]);
});

test("asks again until there is an answer, and says once why there is none", async () => {
  answers = [BUSY, new CentralUnreachable("gone"), BUSY, "yes"];
  expect(await ask(Number.POSITIVE_INFINITY, 1600)).toBe("yes");
  expect([asked, reasons]).toEqual([4, [BUSY]]);
});

test.each([
  ["what is no for good", new PeerError("protocol", "no")],
  ["a key that is refused", new PeerError("key", "no")],
  ["something else that answers", new WrongServer("SSH")],
  ["a fault", new TypeError("x")],
])("%s ends it at once", async (_what, error) => {
  answers = [error];
  expect(await ask(Number.POSITIVE_INFINITY, 100)).toBe(error);
  expect([asked, reasons]).toEqual([1, []]);
});

test("gives up after its time with the last reason, and asks no more", async () => {
  const gone = new CentralUnreachable("gone");
  answers = [BUSY, gone];
  expect(await ask(1200, 1100)).toBe("waiting");
  expect(await ask(1200, 5000)).toBe(gone);
  expect(clock.pending).toBe(0);
  const before = asked;
  clock.advance(10_000);
  await Bun.sleep(0);
  expect(asked).toBe(before);
});

test("gives up although a try to connect does not end", async () => {
  attempt = new Promise(() => {});
  expect(await ask(1000, 1100)).toMatchObject({ message: "the central central:1 has not answered" });
  expect(asked).toBe(0);
});

test("is cancelled, before it has begun too", async () => {
  const reason = new Error("it was cancelled");
  answers = [BUSY];
  expect(await ask(Number.POSITIVE_INFINITY, 1100, () => cancel.abort(reason))).toBe(reason);
  // Nothing is left of the wait that was cancelled.
  expect(clock.pending).toBe(0);
  expect(await ask(Number.POSITIVE_INFINITY, 100)).toBe(reason);
});
