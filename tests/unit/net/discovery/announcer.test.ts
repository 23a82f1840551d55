import { expect, test } from "bun:test";
import { CentralAnnouncer } from "../../../../src/net/discovery/announcer.ts";
import { encodeQuestion, parseMessage } from "../../../../src/net/discovery/dns-messages.ts";
import { findCentrals } from "../../../../src/net/discovery/find-centrals.ts";
import type { Link } from "../../../../src/net/transport/multicast/multicast.ts";
import { createLog } from "../../../../src/platform/log/log.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeWire, fakeLink } from "../../../support/fake-multicast.ts";

const ETH = fakeLink("eth0", "192.168.1.2");
const QUESTION = { host: "192.168.1.9", port: 5353 };

/** A central on a machine whose links and faults a test changes. */
function announced(host = "0.0.0.0", links: Link[] = [ETH]) {
  const [clock, wire] = [new FakeClock(), new FakeWire()];
  const machine = { links, broken: {} as Record<string, string> };
  const lines: string[] = [];
  const log = createLog({ format: "text", verbosity: "normal", colors: false }, (line) => lines.push(line));
  const multicast = {
    links: () => machine.links,
    open: wire.machine(() => machine.links, machine.broken).open,
  };
  const random = { fraction: () => 0.5, bytes: (length: number) => new Uint8Array(length) };
  const announcer = new CentralAnnouncer({ multicast, clock, random, log }, "server0 1", { host, port: 50_000 });
  announcer.start();
  return {
    ...{ clock, wire, machine, announcer },
    /** What the log says, without times. */
    said: () => lines.map((line) => line.slice(9)),
    async pass(ms: number) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      clock.advance(ms);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    },
    /** Of each message the addresses that it announces. */
    told: () =>
      wire.sent.map(({ bytes }) => {
        const message = parseMessage(bytes);
        return message?.kind === "answer" ? message.announcements.flatMap(({ addresses }) => addresses) : null;
      }),
  };
}

test("it tells twice that it is there, answers who asks, and says when it is gone", async () => {
  const { clock, wire, announcer, pass, told, said } = announced();
  await pass(0);
  await pass(5000);
  expect(told()).toEqual([["192.168.1.2"], ["192.168.1.2"]]);
  wire.deliver("eth0", encodeQuestion(), QUESTION);
  await pass(69);
  expect(wire.sent).toHaveLength(2);
  await pass(1);
  expect(told()).toEqual([["192.168.1.2"], ["192.168.1.2"], ["192.168.1.2"]]);
  announcer.stop();
  expect(told().at(-1)).toEqual([]);
  expect(wire.sent).toHaveLength(4);
  expect(wire.listeners.size).toBe(0);
  await pass(60_000);
  expect(wire.sent).toHaveLength(4);
  expect(clock.pending).toBe(0);
  expect(said()).toEqual(["announced on the local network as server0 1, at 192.168.1.2:50000"]);
});

test("one that looks for it finds it", async () => {
  const { clock, wire, pass } = announced();
  await pass(0);
  await pass(5000);
  const search = findCentrals(
    wire.machine(() => [fakeLink("eth0", "192.168.1.9")]),
    clock,
  );
  for (let turn = 0; turn < 30; turn++) await pass(100);
  expect((await search).centrals).toEqual([{ instance: "server0 1", address: { host: "192.168.1.2", port: 50_000 } }]);
});

test("each network hears of its own address", async () => {
  const { wire, pass } = announced("0.0.0.0", [ETH, fakeLink("wlan0", "10.0.0.2"), fakeLink("lo", "127.0.0.1")]);
  await pass(0);
  await pass(0);
  expect(wire.sent.map(({ link, bytes }) => [link, parseMessage(bytes)])).toEqual(
    [
      ["eth0", "192.168.1.2"],
      ["wlan0", "10.0.0.2"],
    ].map(([link, host]) => [
      link,
      { kind: "answer", announcements: [{ instance: "server0 1", port: 50_000, addresses: [host] }] },
    ]) as never,
  );
});

test("networks that come are used, and those that go are left", async () => {
  const { wire, machine, pass, said } = announced("0.0.0.0", []);
  await pass(0);
  expect(said()).toEqual([
    "warn: not announced on the local network: no network of this machine reaches where it listens",
  ]);
  await pass(30_000);
  expect(said()).toHaveLength(1);
  machine.links = [ETH];
  await pass(10_000);
  expect(said().at(-1)).toBe("announced on the local network as server0 1, at 192.168.1.2:50000");
  machine.links = [fakeLink("eth0", "192.168.1.77")];
  await pass(10_000);
  expect(said().at(-1)).toBe("announced on the local network as server0 1, at 192.168.1.77:50000");
  expect([...wire.listeners].map(({ link }) => link.address)).toEqual(["192.168.1.77"]);
});

test("a card that was unplugged and is there again, with its name and address, is joined again", async () => {
  const { wire, machine, pass, said, told } = announced();
  await pass(0);
  await pass(60_000);
  const before = [...wire.listeners];
  machine.links = [fakeLink("eth0", "192.168.1.2", [], 3)];
  const messages = told().length;
  await pass(10_000);
  await pass(5000);
  expect([...wire.listeners]).toHaveLength(1);
  expect([...wire.listeners]).not.toEqual(before);
  expect(told().length).toBeGreaterThan(messages);
  expect(said()).toHaveLength(1);
});

test("a network that cannot be used is told once, and tried again", async () => {
  const { machine, pass, said } = announced();
  machine.broken.eth0 = "another program has the port";
  await pass(0);
  await pass(60_000);
  // The first look was before the fault came.
  machine.links = [];
  await pass(10_000);
  machine.links = [ETH];
  await pass(10_000);
  await pass(60_000);
  expect(said().slice(-1)).toEqual(["warn: not announced on the local network: eth0: another program has the port"]);
  delete machine.broken.eth0;
  await pass(10_000);
  expect(said().at(-1)).toBe("announced on the local network as server0 1, at 192.168.1.2:50000");
});

test("who asks without end gets one answer in each second", async () => {
  const { wire, pass } = announced();
  await pass(0);
  await pass(5000);
  const before = wire.sent.length;
  for (let turn = 0; turn < 500; turn++) {
    wire.deliver("eth0", encodeQuestion(), QUESTION);
    await pass(10);
  }
  expect(wire.sent.length - before).toBeLessThanOrEqual(6);
});
