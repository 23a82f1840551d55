import { expect, test } from "bun:test";
import { ApiAnswers, MAX_KEPT_QUESTIONS, type ShownCentral } from "../../../../../src/central/http/api/api-answers.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { newRegistry } from "../../fixtures.ts";

test("of many who ask what is kept some are answered at a time, since each question goes to every secondary", async () => {
  const answers: (() => void)[] = [];
  const list = () => new Promise((resolve) => answers.push(() => resolve({ versions: [], more: false, silent: [] })));
  const central = { deps: { clock: new FakeClock() }, registry: newRegistry(), keptFiles: { list } };
  const api = new ApiAnswers(central as unknown as ShownCentral, "1.0.0");
  const asked = Array.from({ length: 3 * MAX_KEPT_QUESTIONS }, () => api.kept({ limit: 10 }));
  for (let turn = 1; turn <= 3; turn++) {
    await Bun.sleep(0);
    expect(answers.length).toBe(MAX_KEPT_QUESTIONS);
    for (const answer of answers.splice(0)) answer();
  }
  expect(await Promise.all(asked)).toHaveLength(3 * MAX_KEPT_QUESTIONS);
});
