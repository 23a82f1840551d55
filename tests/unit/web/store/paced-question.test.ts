import { expect, test } from "bun:test";
import { PacedQuestion } from "../../../../src/web/store/paced-question.ts";

/** Time that passes when it is told to. */
class StoppedClock {
  private timers: (() => void)[] = [];

  readonly after = (_: number, run: () => void) => {
    this.timers.push(run);
    return () => {
      this.timers = this.timers.filter((one) => one !== run);
    };
  };

  pass(): void {
    for (const run of this.timers.splice(0)) run();
  }
}

function setUp() {
  const clock = new StoppedClock();
  const answers: (() => void)[] = [];
  const question = new PacedQuestion(clock, () => new Promise((resolve) => answers.push(resolve)));
  const answer = async () => {
    answers.at(-1)?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { clock, question, answer, asked: () => answers.length };
}

test("it asks at once, one question at a time", async () => {
  const { question, asked } = setUp();
  question.want();
  question.want();
  expect(asked()).toBe(1);
});

test("what was wanted meanwhile is asked once, after a pause", async () => {
  const { clock, question, answer, asked } = setUp();
  question.want();
  question.want();
  await answer();
  question.want();
  expect(asked()).toBe(1);
  clock.pass();
  expect(asked()).toBe(2);
  await answer();
  clock.pass();
  expect(asked()).toBe(2);
});

test("nothing is asked once it is stopped", async () => {
  const { clock, question, answer, asked } = setUp();
  question.want();
  question.stop();
  await answer();
  question.want();
  clock.pass();
  expect(asked()).toBe(1);
});
