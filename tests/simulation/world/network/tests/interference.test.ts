import { describe, expect, test } from "bun:test";
import type { Socket } from "../../../../../src/net/transport/network.ts";
import { encode } from "../../../../../src/protocol/codec.ts";
import type { Message } from "../../../../../src/protocol/messages/messages.ts";
import { INTERFERENCES } from "../interference/all.ts";
import { type Interference, sendAsIs } from "../interference/interference.ts";
import { TwoHosts } from "./support.ts";

const ID = "ab".repeat(32);

/** What a secondary says in sessions, put together, and what it is asked. */
const SAID: readonly (readonly [Message, number])[] = [
  [{ type: "welcome", version: 2, role: "secondary" }, 0],
  [{ type: "opened", request: 1, all: false, payload: 1 }, 1],
  [{ type: "hashes", request: 2, payload: 96 }, 96],
  ...Array.from({ length: 10 }, (_, index): [Message, number] => [
    { type: "block", request: 3 + index, payload: 1000 },
    1000,
  ]),
  [{ type: "contents", request: 20, sizes: [100, null, 200], payload: 300 }, 300],
  [{ type: "pong" }, 0],
  [{ type: "manifest", request: 30, id: ID }, 0],
];
const ASKED: readonly (readonly [Message, number])[] = [
  [{ type: "hello", version: 2, role: "client" }, 0],
  ...Array.from({ length: 10 }, (_, piece): [Message, number] => [
    { type: "piece", request: 3 + piece, id: ID, piece },
    0,
  ]),
];

function framesOf(messages: readonly (readonly [Message, number])[]): Uint8Array {
  return Buffer.concat(messages.flatMap(([message, payload]) => [encode(message), new Uint8Array(payload).fill(7)]));
}

interface Heard {
  readonly said: string;
  readonly asked: string;
  /** Simulated milliseconds when the last byte came. */
  readonly at: number;
}

/** What a secondary that may be dishonest says, and what it is asked, as the other end hears it. */
function converse(seed: number, interference: Interference | null): Heard {
  const hosts = new TwoHosts(seed);
  if (interference) hosts.faults.interfere("far", interference);
  const heard: { said: Uint8Array[]; asked: Uint8Array[]; at: number } = { said: [], asked: [], at: 0 };
  const speaking = (socket: Socket, bytes: Uint8Array, into: Uint8Array[]) => {
    let rest = bytes;
    const drained = () => {
      rest = rest.subarray(socket.write(rest));
    };
    drained();
    const data = (came: Uint8Array) => {
      into.push(came.slice());
      heard.at = hosts.sim.now;
    };
    return { data, drained, closed: () => {} };
  };
  const { port } = hosts.farPort.listen({ host: "far", port: 0 }, (socket) =>
    speaking(socket, framesOf(SAID), heard.asked),
  );
  void hosts.nearPort.connect({ host: "far", port }, (socket) => speaking(socket, framesOf(ASKED), heard.said), {
    role: "central",
  });
  hosts.pass(60_000);
  const text = (parts: readonly Uint8Array[]) => Buffer.concat(parts).toString("hex");
  return { said: text(heard.said), asked: text(heard.asked), at: heard.at };
}

const honest: Interference = { name: "honest", says: () => sendAsIs, understands: () => sendAsIs };

test("an honest end is heard as it speaks", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const expected = { said: framesOf(SAID).toHex(), asked: framesOf(ASKED).toHex() };
    expect(converse(seed, null)).toMatchObject(expected);
    expect(converse(seed, honest)).toMatchObject(expected);
  }
});

describe("each kind of interference shows", () => {
  for (const interference of INTERFERENCES) {
    test(interference.name, () => {
      const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
      const changed = seeds.filter((seed) => {
        const [usual, disturbed] = [converse(seed, null), converse(seed, interference)];
        return usual.said !== disturbed.said || usual.asked !== disturbed.asked || disturbed.at > usual.at + 100;
      });
      expect(changed.length).toBeGreaterThan(1);
    });
  }
});

test("each kind has a name of its own", () => {
  expect(new Set(INTERFERENCES.map(({ name }) => name)).size).toBe(INTERFERENCES.length);
});
