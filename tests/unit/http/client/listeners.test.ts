import { expect, test } from "bun:test";
import { LISTENING_MS, tellOfListeners } from "../../../../src/http/client/listeners.ts";
import type { Route } from "../../../../src/http/server/router.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { requestFor } from "../request.ts";

test("the main thread is told of listeners at once, and as long as there are some", async () => {
  const clock = new FakeClock();
  const hub = { readerCount: 0 };
  const told: number[] = [];
  const route: Route = {
    ...{ methods: ["GET"], path: "/events", access: "read" },
    handle: () => {
      hub.readerCount += 1;
      return new Response("events");
    },
  };
  const listened = async () => {
    told.push(clock.now());
    throw new Error("it is stopping");
  };
  const start = clock.now();
  const { handle } = tellOfListeners(route, { clock, hub, listened });
  expect(await (await handle(requestFor("events"))).text()).toBe("events");
  await handle(requestFor("events"));
  expect(told).toEqual([start, start]);
  clock.advance(LISTENING_MS * 2);
  // More often than it would be forgotten, however many they are.
  expect(told.length).toBe(2 + 6);
  hub.readerCount = 0;
  clock.advance(LISTENING_MS * 2);
  expect(told.length).toBe(2 + 6);
  await handle(requestFor("events"));
  clock.advance(LISTENING_MS);
  expect(told.length).toBe(2 + 6 + 1 + 3);
});
