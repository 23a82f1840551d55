import { expect, test } from "bun:test";
import { encodeAnnouncement } from "../../../../src/net/discovery/dns-messages.ts";
import { findCentrals } from "../../../../src/net/discovery/find-centrals.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeWire, fakeLink } from "../../../support/fake-multicast.ts";

const HERE = fakeLink("eth0", "192.168.1.2");

function central(last: number, port = 50_000): Uint8Array {
  return encodeAnnouncement({ instance: `server${last}`, port, addresses: [`192.168.1.${last}`] });
}

/** A search on one network, and what it has found by which millisecond. */
async function begin(links = [HERE], broken: Record<string, string> = {}) {
  const clock = new FakeClock();
  const wire = new FakeWire();
  let ended: number | null = null;
  const search = findCentrals(
    wire.machine(() => links, broken),
    clock,
  ).finally(() => {
    ended = clock.passed;
  });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  await settle();
  return {
    ...{ clock, wire, search },
    answer: (last: number) => wire.deliver("eth0", central(last), { host: `192.168.1.${last}`, port: 5353 }),
    /** Lets time pass, and whoever waits for it go on. */
    async pass(ms: number) {
      clock.advance(ms);
      await settle();
      return ended;
    },
  };
}

test("who answers in time is found, after everybody has had the time to", async () => {
  const { wire, search, answer, pass } = await begin();
  await pass(0);
  expect(wire.sent).toHaveLength(1);
  await pass(50);
  answer(5);
  await pass(1100);
  answer(6);
  expect(await pass(49)).toBeNull();
  expect(await pass(1)).toBe(1200);
  expect((await search).centrals.map(({ address }) => address.host)).toEqual(["192.168.1.5", "192.168.1.6"]);
  expect(wire.listeners.size).toBe(0);
});

test("it is asked twice, since what is sent to all may be lost, and late answers count too", async () => {
  const { wire, search, answer, pass } = await begin();
  await pass(1000);
  expect(wire.sent).toHaveLength(2);
  await pass(1000);
  answer(5);
  expect(await pass(299)).toBeNull();
  expect(await pass(1)).toBe(2300);
  expect((await search).centrals).toEqual([{ instance: "server5", address: { host: "192.168.1.5", port: 50_000 } }]);
});

test("after three seconds it is over", async () => {
  const { search, wire, pass } = await begin();
  expect(await pass(2999)).toBeNull();
  expect(await pass(1)).toBe(3000);
  expect(await search).toEqual({ centrals: [], asked: ["eth0"], faults: [] });
  expect(wire.listeners.size).toBe(0);
});

test("an answer just before the end does not make it longer", async () => {
  const { answer, search, pass } = await begin();
  await pass(2950);
  answer(5);
  expect(await pass(50)).toBe(3000);
  expect((await search).centrals).toHaveLength(1);
});

test("what others ask, and its own question, is no answer", async () => {
  const { wire, pass } = await begin();
  expect(wire.sent.length).toBeGreaterThanOrEqual(1);
  expect(await pass(2999)).toBeNull();
});

test("every network is asked; those that cannot be are named", async () => {
  const links = [HERE, fakeLink("wlan0", "10.0.0.2"), fakeLink("tun0", "10.9.0.2")];
  const { wire, search, pass } = await begin(links, { tun0: "permission denied" });
  await pass(0);
  expect(wire.sent.map(({ link }) => link)).toEqual(["eth0", "wlan0"]);
  await pass(3000);
  expect(await search).toEqual({ centrals: [], asked: ["eth0", "wlan0"], faults: ["tun0: permission denied"] });
});

test("without a network it is over at once", async () => {
  const { search, clock } = await begin([HERE], { eth0: "it is gone" });
  expect(await search).toEqual({ centrals: [], asked: [], faults: ["eth0: it is gone"] });
  expect(clock.pending).toBe(0);
});
