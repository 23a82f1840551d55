import { expect, test } from "bun:test";
import { Answers } from "../../../../src/transfer/connection/response-validator.ts";

function asked(...requests: number[]): Answers {
  const answers = new Answers();
  for (const request of requests) answers.asked(request, request * 10, 100);
  return answers;
}

test("pieces that come whole and in order are right, however they are cut", () => {
  const answers = asked(1, 2);
  expect(answers.begun).toBeNull();
  for (const bytes of [1, 98, 1]) expect(answers.took(1, bytes)).toBeNull();
  expect(answers.begun).toBeNull();
  expect(answers.took(2, 60)).toBeNull();
  expect(answers.begun).toBe(20);
  expect(answers.took(2, 40)).toBeNull();
});

test("more than a piece holds is an offence, in its last block or after it", () => {
  expect(asked(1).took(1, 101)).toBe("sent more than piece 10 holds");
  const answers = asked(1, 2);
  expect(answers.took(1, 100)).toBeNull();
  expect(answers.took(1, 1)).toBe("sent more than piece 10 holds");
});

test("less than a piece holds is one when the next piece begins", () => {
  const answers = asked(1, 2, 3);
  expect(answers.took(1, 99)).toBeNull();
  expect(answers.took(2, 1)).toBe("sent less than piece 10 holds");
  expect(asked(1, 2).took(2, 1)).toBe("left out piece 10");
});

test("bytes that nobody asked for are one", () => {
  for (const request of [0, 2, 99]) expect(asked(1).took(request, 1)).toBe("sent bytes that nobody had asked for");
});

test("what was refused may be passed over", () => {
  const answers = asked(1, 2);
  expect(answers.took(1, 50)).toBeNull();
  answers.refused(1);
  expect(answers.took(2, 100)).toBeNull();
  expect(answers.took(1, 1)).not.toBeNull();
});

test("of what was cancelled the rest may come, and no more, until the next answer begins", () => {
  const answers = asked(1, 2, 3);
  expect(answers.took(1, 30)).toBeNull();
  answers.cancel(1);
  expect(answers.begun).toBeNull();
  answers.cancel(2);
  answers.cancel(2);
  expect(answers.took(1, 70)).toBeNull();
  expect(answers.took(1, 1)).toBe("sent bytes that nobody had asked for");
  expect(answers.took(3, 1)).toBeNull();
  expect(answers.took(2, 1)).toBe("sent bytes that nobody had asked for");
});
