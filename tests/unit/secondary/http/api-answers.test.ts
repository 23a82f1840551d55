import { expect, test } from "bun:test";
import { SecondaryApiAnswers } from "../../../../src/secondary/http/api-answers.ts";
import { measuredSecondary } from "./measured-secondary.ts";

const answers = new SecondaryApiAnswers(measuredSecondary(), { number: 3, version: "1.2" });

test("a secondary in a few numbers", async () => {
  expect(await answers.status()).toEqual({
    ...{ role: "secondary", number: 3, version: "1.2", connected: true, missing: null, files: 5, bytes: 500 },
    kept: { files: 4, bytes: 40 },
    copies: { active: 1, waiting: 6, obstructed: 3 },
    digests: { files: 8, bytes: 80 },
    sessions: { clients: 2, secondaries: 1 },
  });
});

test("what is copied, what waits, and the first of those that somebody must do something about", async () => {
  expect(await answers.copies(2)).toEqual({
    active: [{ name: "film", size: 100, bytes: 30, rate: 7 }],
    waiting: 6,
    obstructed: ["a", "b"].map((name) => ({ name, reason: `no room for ${name}` })),
  });
});
