import { expect, test } from "bun:test";
import { ResponseValidator } from "../../../../src/transfer/connection/response-validator.ts";

function asked(...requests: number[]): ResponseValidator {
  const answers = new ResponseValidator();
  for (const request of requests) answers.requested(request, request * 10, 100);
  return answers;
}

test("pieces that come whole and in order are right, however they are cut", () => {
  const answers = asked(1, 2);
  expect(answers.partialPiece).toBeNull();
  for (const bytes of [1, 98, 1]) expect(answers.received(1, bytes)).toBeNull();
  expect(answers.partialPiece).toBeNull();
  expect(answers.received(2, 60)).toBeNull();
  expect(answers.partialPiece).toBe(20);
  expect(answers.received(2, 40)).toBeNull();
});

test("more than a piece holds is an offence, in its last block or after it", () => {
  expect(String(asked(1).received(1, 101))).toBe("sent more than piece 10 holds");
  expect(String(asked(1).received(1, 100, 1))).toBe("sent more than piece 10 holds");
  expect(String(asked(1).received(1, 1, 100))).toBe("sent more than piece 10 holds");
  expect(asked(1).received(1, 1, 99)).toBeNull();
  const answers = asked(1, 2);
  expect(answers.received(1, 100)).toBeNull();
  expect(String(answers.received(1, 1))).toBe("sent more than piece 10 holds");
});

test("less than a piece holds is one when the next piece begins", () => {
  const answers = asked(1, 2, 3);
  expect(answers.received(1, 99)).toBeNull();
  expect(String(answers.received(2, 1))).toBe("sent less than piece 10 holds");
  expect(String(asked(1, 2).received(2, 1))).toBe("left out piece 10");
});

test("bytes that nobody asked for are one", () => {
  for (const request of [0, 2, 99])
    expect(String(asked(1).received(request, 1))).toBe("sent bytes that nobody had asked for");
});

test("what was refused may be passed over", () => {
  const answers = asked(1, 2);
  expect(answers.received(1, 50)).toBeNull();
  answers.refused(1);
  expect(answers.received(2, 100)).toBeNull();
  expect(answers.received(1, 1)).not.toBeNull();
});

test("of what was cancelled the rest may come, and no more, until the next answer begins", () => {
  const answers = asked(1, 2, 3);
  expect(answers.received(1, 30)).toBeNull();
  answers.cancel(1);
  expect(answers.partialPiece).toBeNull();
  answers.cancel(2);
  answers.cancel(2);
  expect(String(answers.received(1, 69, 2))).toBe("sent bytes that nobody had asked for");
  expect(answers.received(1, 70)).toBeNull();
  expect(String(answers.received(1, 1))).toBe("sent bytes that nobody had asked for");
  expect(answers.received(3, 1)).toBeNull();
  expect(String(answers.received(2, 1))).toBe("sent bytes that nobody had asked for");
});
