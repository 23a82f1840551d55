import { expect, test } from "bun:test";
import { AnswerTimes } from "../../../../src/net/discovery/answer-times.ts";

test("it is told twice, a second apart, and then when somebody asks", () => {
  const times = new AnswerTimes(10);
  expect(times.next).toBe(10);
  times.sent(10);
  expect(times.next).toBe(1010);
  times.sent(1010);
  expect(times.next).toBeNull();
  times.asked(5000, 0);
  expect(times.next).toBe(5020);
  times.sent(5020);
  expect(times.next).toBeNull();
});

test("an answer waits for as long as chance says", () => {
  for (const [chance, delay] of [
    [0, 20],
    [0.5, 70],
    [0.99, 119],
  ] as const) {
    const times = new AnswerTimes(0);
    times.sent(0);
    times.sent(0);
    times.asked(5000, chance);
    expect(times.next).toBe(5000 + delay);
  }
});

test("who asks without end gets one answer in each second", () => {
  const times = new AnswerTimes(0);
  let answers = 0;
  for (let now = 0; now < 10_000; now++) {
    times.asked(now, 0.5);
    if (times.next !== null && times.next <= now) {
      times.sent(now);
      answers += 1;
    }
  }
  expect(answers).toBe(10);
});

test("a later question does not put off an answer", () => {
  const times = new AnswerTimes(0);
  times.sent(0);
  times.sent(0);
  times.asked(5000, 0.5);
  times.asked(5060, 0.5);
  expect(times.next).toBe(5070);
  times.asked(5005, 0);
  expect(times.next).toBe(5025);
});
