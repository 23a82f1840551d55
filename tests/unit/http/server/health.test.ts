import { expect, test } from "bun:test";
import { ANSWER_TIMEOUT_MS, healthRoutes, type Readiness } from "../../../../src/http/server/health.ts";
import type { HttpRequest } from "../../../../src/http/server/router.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const clock = new FakeClock();
const REQUEST = {} as HttpRequest;

async function answers(readiness: () => Promise<Readiness>): Promise<string[]> {
  const asked = healthRoutes(clock, readiness).map(({ handle }) => handle(REQUEST));
  await Bun.sleep(0);
  clock.advance(ANSWER_TIMEOUT_MS);
  const responses = await Promise.all(asked);
  return Promise.all(responses.map(async (each) => `${each.status} ${(await each.text()).trim()}`));
}

test("a server is alive and serves", async () => {
  expect(await answers(async () => ({ obstacle: null }))).toEqual(["200 alive", "200 serving"]);
  expect(clock.pending).toBe(0);
});

test("a server that serves nothing is alive, and says why", async () => {
  const obstacle = "its disk is away";
  expect(await answers(async () => ({ obstacle }))).toEqual(["200 alive", `503 not serving: ${obstacle}`]);
});

test.each([
  ["does not answer", () => new Promise<Readiness>(() => {})],
  ["cannot be asked", () => Promise.reject(new Error("too many questions"))],
])("a server whose main thread %s is not alive", async (_, readiness) => {
  const dead = "503 the main thread does not answer";
  expect(await answers(readiness)).toEqual([dead, dead]);
});
