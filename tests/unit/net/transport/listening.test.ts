import { expect, test } from "bun:test";
import { listenWithRetry } from "../../../../src/net/transport/listening.ts";
import { ListenError } from "../../../../src/net/transport/network.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";

const ADDRESS = { host: "127.0.0.1", port: 50_000 };
const nobody = () => ({ data() {}, drained() {}, closed() {} });

function setUp() {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const events: string[] = [];
  const note = (event: string) => events.push(event);
  const log: Log = { info: note, warn: note, error: note };
  return { clock, network, events, deps: { clock, network, log } };
}

/** Lets time pass, and promises settle. */
async function wait(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50);
    await Promise.resolve();
    await Promise.resolve();
  }
}

test("a port that becomes free is taken, and the wait is reported once", async () => {
  const { clock, network, events, deps } = setUp();
  const before = network.listen(ADDRESS, nobody);
  const listening = listenWithRetry(deps, ADDRESS, nobody);
  await wait(clock, 2000);
  expect(events).toEqual(["port-in-use"]);
  before.stop();
  await wait(clock, 500);
  expect((await listening).port).toBe(ADDRESS.port);
  expect(events).toEqual(["port-in-use"]);
});

test("a port that stays in use is given up", async () => {
  const { clock, network, deps } = setUp();
  network.listen(ADDRESS, nobody);
  const listening = listenWithRetry(deps, ADDRESS, nobody).catch((error: unknown) => error);
  await wait(clock, 6000);
  expect(await listening).toBeInstanceOf(ListenError);
});

test("what waiting cannot change is reported at once", async () => {
  const { deps, events } = setUp();
  const network = {
    ...deps.network,
    listen() {
      throw new ListenError("no-such-address", "this machine has no such address");
    },
    connect: () => Promise.resolve(),
  };
  await expect(listenWithRetry({ ...deps, network }, ADDRESS, nobody)).rejects.toThrow("no such address");
  expect(events).toEqual([]);
});
