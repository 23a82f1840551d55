import { beforeEach, expect, test } from "bun:test";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { unwired } from "../../../../src/protocol/said.ts";
import { CENTRAL_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { CentralLink, type CentralLinkHandler } from "../../../../src/secondary/central/central-link.ts";
import { english, say } from "../../../../src/sentences/sentence.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";

const PORT = 50_000;
/** Milliseconds in which a session is made. */
const SOON = 100;

let clock: FakeClock;
let network: FakeNetwork;
let lines: { event: string; text: string }[];
/** What the central has received of the folder and its files: messages of these types. */
let received: Message[];
const RECEIVED = new Set(["disk", "announce", "unfetched", "restored"]);
let registered: Message | null;
/** By which the central says that it signs addresses, and what the secondaries have heard of it. */
const ADDRESS_KEY = "k".repeat(43);
let addressKeys: (string | null)[];
/** Where the secondaries answer HTTP. */
const HTTP = { host: "10.0.0.9", port: 8081, tls: false };

beforeEach(() => {
  clock = new FakeClock();
  network = new FakeNetwork(clock);
  lines = [];
  received = [];
  registered = null;
  addressKeys = [];
});

/** A central at `host` that sees every secondary come from `seen`. */
function central(host: string, seen: string): void {
  network.listen({ host, port: PORT }, (socket) => {
    const options = { clock, role: "central", side: "accepts", heartbeat: CENTRAL_HEARTBEAT } as const;
    const channel: Channel = openChannel(socket, options, {
      greeted() {},
      message(message) {
        if (RECEIVED.has(message.type)) received.push(message);
        if (message.type !== "register") return;
        registered = message;
        channel.markJoined();
        channel.send({ type: "registered", epoch: "0".repeat(32), seen, urlKey: ADDRESS_KEY });
      },
      closed() {},
    });
    return channel.socketEvents;
  });
}

function link(central: string): CentralLink {
  const note = (event: string, text: string) => void lines.push({ event, text: String(text) });
  const log: Log = { info: note, warn: note, error: note };
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const options = { central: { host: central, port: PORT }, number: 1, instance: "1".repeat(32) };
  const useAddressKey = (key: string | null) => void addressKeys.push(key);
  return new CentralLink({ clock, network, random, log, useAddressKey }, options);
}

/** What a secondary answers that announces `host`. */
function handler(host: string | null): CentralLinkHandler {
  const ignore = () => {};
  return {
    location: () => ({ host, port: 50_001, http: HTTP }),
    lastRemoval: () => ({ epoch: null, serial: 0 }),
    files: () => [],
    registered: ignore,
    agreed: ignore,
    conflict: ignore,
    fetch: ignore,
    withdraw: ignore,
    remove: ignore,
    sources: ignore,
    suspect: ignore,
    kept: ignore,
    restore: ignore,
    digests: ignore,
    counted: ignore,
    revocations: ignore,
    lost: ignore,
  };
}

function logged(event: string): string[] {
  return lines.filter((line) => line.event === event).map(({ text }) => text);
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await Promise.resolve();
  }
}

test.each([
  ["127.0.0.1", "10.0.0.2", "127.0.0.1"],
  ["10.0.0.1", "127.0.0.1", "::1"],
])("a loopback address is told of where the central (%s) or its view (%s) is elsewhere", async (host, seen, own) => {
  central(host, seen);
  link(host).start(handler(own));
  await pass(SOON);
  expect(logged("registered")).toHaveLength(1);
  expect(addressKeys).toEqual([ADDRESS_KEY]);
  expect(logged("unreachable")).toHaveLength(1);
  network.connections[0]?.break();
  await pass(5 * SOON);
  expect(logged("registered")).toHaveLength(2);
  expect(logged("unreachable")).toHaveLength(1);
});

test("the central learns where it is reached for sessions and over HTTP", async () => {
  central("10.0.0.1", "10.0.0.2");
  link("10.0.0.1").start(handler("10.0.0.3"));
  await pass(SOON);
  expect(registered).toMatchObject({ host: "10.0.0.3", port: 50_001, http: HTTP });
});

test.each([
  ["127.0.0.1", "127.0.0.1", "127.0.0.1"],
  ["10.0.0.1", "10.0.0.2", "10.0.0.2"],
  ["10.0.0.1", "10.0.0.2", null],
])("what others can reach is not (central %s, seen at %s, announced %p)", async (host, seen, own) => {
  central(host, seen);
  link(host).start(handler(own));
  await pass(SOON);
  expect(logged("registered")).toHaveLength(1);
  expect(logged("unreachable")).toEqual([]);
});

test("reasons for no connection that take turns are reported once each, and again after a session", async () => {
  const reasons = ["nobody listens there", "the host is unreachable"];
  const { connect } = network;
  let tries = 0;
  network.connect = async () => {
    tries += 1;
    throw new Error(`cannot connect: ${reasons[tries % 2]}`);
  };
  link("10.0.0.1").start(handler(null));
  await pass(30_000);
  expect(tries).toBeGreaterThan(10);
  expect(logged("waiting")).toHaveLength(2);
  network.connect = connect.bind(network);
  central("10.0.0.1", "10.0.0.2");
  await pass(3000);
  expect(logged("registered")).toHaveLength(1);
});

test("a central that is started together with its secondaries is no news; one that is not there is", async () => {
  link("10.0.0.1").start(handler(null));
  await pass(500);
  central("10.0.0.1", "10.0.0.2");
  await pass(1000);
  expect(logged("registered")).toHaveLength(1);
  expect(logged("waiting")).toEqual([]);
  link("10.0.0.5").start(handler(null));
  await pass(3000);
  expect(logged("waiting")).toEqual([
    "waiting for the central: cannot connect to 10.0.0.5:50000: nobody listens there",
  ]);
});

test("that the folder is not there is said in each session, and nothing of it until it is", async () => {
  central("10.0.0.1", "10.0.0.2");
  const shared = link("10.0.0.1");
  shared.shares("it is not mounted");
  shared.start(handler(null));
  await pass(SOON);
  const missing = { type: "disk", there: false, reason: "it is not mounted" } as const;
  expect(received).toEqual([missing]);
  shared.gone("film");
  network.connections[0]?.break();
  await pass(5 * SOON);
  expect(received).toEqual([missing, missing]);
  received = [];
  shared.shares(null);
  shared.shares(null);
  await pass(SOON);
  expect(received).toEqual([
    { type: "disk", there: true, reason: "" },
    { type: "announce", batch: 1, files: [], gone: [], complete: true },
  ]);
  received = [];
  shared.shares("x".repeat(1000));
  shared.gone("film");
  await pass(SOON);
  expect(received).toEqual([{ type: "disk", there: false, reason: "x".repeat(500) }]);
});

test("why the folder is not there, a file was not copied or not put back is sent as a sentence too, and each reason once", async () => {
  central("10.0.0.1", "10.0.0.2");
  const shared = link("10.0.0.1");
  shared.start(handler(null));
  await pass(SOON);
  received = [];
  const away = () => say("the shared folder {folder} is not there", { folder: "/srv/f" });
  shared.shares(away());
  shared.shares(away());
  shared.unfetched("film", "f".repeat(64), { reason: say("the disk has no room for the file"), lasting: true });
  shared.restored(1, say("{name} is that version already", { name: "film" }));
  shared.restored(2, null);
  await pass(SOON);
  expect(received).toMatchObject([
    { type: "disk", there: false, reason: "the shared folder /srv/f is not there" },
    { type: "unfetched", reason: "the disk has no room for the file", lasting: true },
    { type: "restored", request: 1, fault: "film is that version already" },
    { type: "restored", request: 2, fault: null },
  ]);
  const sentences = received.map((message) =>
    "said" in message ? unwired({ message: "", said: message.said }) : null,
  );
  expect(sentences.slice(0, 1)).toEqual([away()]);
  expect(sentences.slice(1).map((told) => told && english(told))).toEqual([
    "the disk has no room for the file",
    "film is that version already",
    null,
  ]);
});

test("a handler hears that the session is over when it is stopped, once, and only where there was one", async () => {
  central("10.0.0.1", "10.0.0.2");
  let lost = 0;
  const counting: CentralLinkHandler = {
    ...handler(null),
    lost() {
      lost += 1;
    },
  };
  const joined = link("10.0.0.1");
  joined.start(counting);
  await pass(SOON);
  joined.stop();
  joined.stop();
  await pass(10_000);
  expect(lost).toBe(1);
  const waiting = link("10.0.0.5");
  waiting.start(counting);
  await pass(SOON);
  waiting.stop();
  expect(lost).toBe(1);
});
