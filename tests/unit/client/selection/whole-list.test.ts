import { beforeEach, expect, test } from "bun:test";
import { CentralUnreachable } from "../../../../src/client/central-errors.ts";
import { askForWholeList } from "../../../../src/client/selection/whole-list.ts";
import { PeerError } from "../../../../src/protocol/errors.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const UNHEARD = new PeerError("not-synchronized", "secondary 2 has not come back");

type State = Pick<Messages["state"], "synchronized" | "lacks">;

let clock: FakeClock;
let reasons: unknown[];
let asked: number;
/** What each question comes to, the last one again and again. */
let answers: (string | Error)[];
let state: State | Error;
let cancel: AbortController;

beforeEach(() => {
  clock = new FakeClock();
  [reasons, asked, answers, cancel] = [[], 0, [], new AbortController()];
  state = { synchronized: true };
});

/** Asks, and lets so many milliseconds pass; gives what came of it. */
async function ask(giveUpAfterMs: number, ms: number): Promise<unknown> {
  const ended = askForWholeList({
    ...{ clock, giveUpAfterMs, cancelled: cancel.signal },
    session: {
      currentAttempt: async () => {},
      address: "central:1",
      async state() {
        if (state instanceof Error) throw state;
        const more = { missing: "", secondaries: [], ending: [], active: 0, waiting: 0, clock: 0 };
        return { type: "state", request: 1, ...more, ...state };
      },
    },
    waits: (reason) => void reasons.push(reason),
    async ask() {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  let outcome: unknown = "waiting";
  void ended.then(
    (answer) => {
      outcome = answer;
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  for (let passed = 0; passed < ms; passed += 100) {
    await Bun.sleep(0);
    clock.advance(100);
  }
  await Bun.sleep(0);
  return outcome;
}

test("asks once where the answer comes", async () => {
  answers = ["all"];
  expect(await ask(20_000, 0)).toBe("all");
  expect([asked, reasons]).toEqual([1, []]);
});

test.each([
  ["one that serves", { synchronized: true, lacks: null }],
  ["one to which nobody has come back", { synchronized: false, lacks: { kind: "registration" } }],
  [
    "one that is being told what there is",
    { synchronized: false, lacks: { kind: "announcements", of: { numbers: [1], more: false } } },
  ],
] as const)("waits for %s, and says once why", async (_what, there) => {
  state = there as unknown as State;
  answers = [UNHEARD, UNHEARD, "all"];
  expect(await ask(20_000, 1200)).toBe("all");
  expect([asked, reasons]).toEqual([3, [UNHEARD]]);
});

test.each([
  ["what some hours of copying mend", UNHEARD, { synchronized: false, lacks: { kind: "copies", count: 3 } }],
  ["a central of before, which does not say what it lacks", UNHEARD, { synchronized: false }],
  ["a central that does not say how it is", UNHEARD, new CentralUnreachable("gone")],
  ["a central that is away", new CentralUnreachable("gone"), { synchronized: true }],
  ["a name that is not there", new PeerError("no-such-file", "no"), { synchronized: true }],
] as const)("does not wait for %s", async (_what, error, there) => {
  state = there as unknown as State | Error;
  answers = [error];
  expect(await ask(20_000, 0)).toBe(error);
  expect([asked, reasons]).toEqual([1, []]);
});

test("gives up after its time with the reason, and with no time at the first refusal", async () => {
  answers = [UNHEARD];
  expect(await ask(1000, 900)).toBe("waiting");
  expect(await ask(1000, 1000)).toBe(UNHEARD);
  const told = reasons.length;
  expect(await ask(0, 0)).toBe(UNHEARD);
  expect(reasons).toHaveLength(told);
});

test("a central that goes away meanwhile ends it", async () => {
  const gone = new CentralUnreachable("gone");
  answers = [UNHEARD, gone];
  expect(await ask(20_000, 600)).toBe(gone);
});

test("is cancelled", async () => {
  const reason = new Error("it was cancelled");
  answers = [UNHEARD];
  const ended = ask(20_000, 500);
  await Bun.sleep(0);
  cancel.abort(reason);
  expect(await ended).toBe(reason);
});
