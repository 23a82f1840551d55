import { encode } from "../../../../../src/protocol/codec.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../../src/protocol/messages/messages.ts";
import { type Frame, type Interference, sendAsIs, type Tamper, type Wire } from "./interference.ts";

/** The part of the frames that is disturbed: before the first of them a connection gets somewhere. */
const DISTURBED = 0.15;

/** In place of some frames, `disturb` sends something. */
function disturbed(disturb: (frame: Frame, wire: Wire) => void): () => Tamper {
  return () => (frame, wire) => {
    if (wire.random.chance(DISTURBED)) disturb(frame, wire);
    else sendAsIs(frame, wire);
  };
}

/** Random bytes in place of a frame. */
export const garbage: Interference = {
  name: "garbage",
  says: disturbed((_frame, wire) => wire.bytes(wire.random.bytes(1 + wire.random.below(200)))),
};

/** A frame that says that it is as long as a frame can say. */
export const hugeFrames: Interference = {
  name: "frames without bounds",
  says: disturbed((_frame, wire) => wire.bytes(Uint8Array.of(255, 255, 255, 255))),
};

/** Half a frame, and the end of the connection. */
export const cutFrames: Interference = {
  name: "cut frames",
  says: disturbed(({ message, payload }, wire) => {
    const bytes = Buffer.concat([encode(message), payload]);
    wire.bytes(bytes.subarray(0, wire.random.below(bytes.length)));
    wire.end();
  }),
};

const VERSION = "00".repeat(32);

/** What is legal somewhere, and neither asked for nor due here. */
const UNASKED: readonly Message[] = [
  { type: "welcome", version: PROTOCOL_VERSION, role: "secondary" },
  { type: "counted", download: "00".repeat(16) },
  { type: "have", id: VERSION, pieces: [0, 16_383] },
  { type: "opened", request: 4_000_000_000, all: true, payload: 0 },
  { type: "hashes", request: 4_000_000_000, payload: 0 },
  { type: "block", request: 4_000_000_000, payload: 0 },
  { type: "contents", request: 4_000_000_000, sizes: [], payload: 0 },
  { type: "refusal", request: 4_000_000_000, code: "busy", message: "" },
];

/** Messages out of the order of the protocol. */
export const unaskedMessages: Interference = {
  name: "messages that nobody asked for",
  says: disturbed((frame, wire) => {
    wire.frame(wire.random.pick(UNASKED));
    sendAsIs(frame, wire);
  }),
};

/** Some answers come twice. */
export const doubledAnswers: Interference = {
  name: "doubled answers",
  says: disturbed((frame, wire) => {
    sendAsIs(frame, wire);
    sendAsIs(frame, wire);
  }),
};
