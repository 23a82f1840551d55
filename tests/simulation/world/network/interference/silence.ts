import { type Interference, sendAsIs } from "./interference.ts";

const GREETING: ReadonlySet<string> = new Set(["hello", "welcome", "error"]);

/** Greets and answers `ping`, and does nothing else. */
export const pingOnly: Interference = {
  name: "answers ping alone",
  says: () => (frame, wire) => {
    const { type } = frame.message;
    if (GREETING.has(type) || type === "ping" || type === "pong") sendAsIs(frame, wire);
  },
};

const GIFTS: ReadonlySet<string> = new Set(["opened", "have", "hashes", "block", "contents"]);

/** Does all that the central wants, and gives nothing to those who download or copy from it. */
export const givesNothing: Interference = {
  name: "gives nothing",
  staysInConnections: true,
  says: () => (frame, wire) => {
    if (!GIFTS.has(frame.message.type)) sendAsIs(frame, wire);
  },
};

/** Says nothing at all. */
export const mute: Interference = { name: "mute", says: () => () => {} };

/** Says nothing after its greeting. */
export const muteAfterGreeting: Interference = {
  name: "mute after its greeting",
  says: () => (frame, wire) => {
    if (GREETING.has(frame.message.type)) sendAsIs(frame, wire);
  },
};

/** Answers each request, seconds later. */
export const slowAnswers: Interference = {
  name: "slow answers",
  says: () => (frame, wire) => {
    wire.delay(wire.random.between(100, 6000));
    sendAsIs(frame, wire);
  },
};

/** Stops in the middle of a piece, and answers `ping` no more: nothing may come before the rest of the piece. */
export const stopsInPieces: Interference = {
  name: "stops in the middle of a piece",
  says: () => {
    let stopped = false;
    return (frame, wire) => {
      if (stopped) return;
      const { message, payload } = frame;
      if ((message.type !== "block" && message.type !== "contents") || wire.random.chance(0.5))
        return sendAsIs(frame, wire);
      stopped = true;
      wire.frame(message, payload.subarray(0, payload.length >> 1));
    };
  },
};
