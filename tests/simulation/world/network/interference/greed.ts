import type { Message } from "../../../../../src/protocol/messages/messages.ts";
import { type Interference, sendAsIs } from "./interference.ts";

/** How often the same is asked for: pieces are large, and all of them are sent. */
const TIMES = 6;

/** Numbers of requests that an honest program does not come to. */
const FIRST_REQUEST = 3_000_000_000;

const REQUESTS: ReadonlySet<Message["type"]> = new Set(["open", "manifest", "piece", "files", "list", "status"]);

/** Asks for everything many times. */
export const asksManyTimes: Interference = {
  name: "asks many times",
  says: () => {
    let request = FIRST_REQUEST;
    return (frame, wire) => {
      const { message, payload } = frame;
      sendAsIs(frame, wire);
      if (!("request" in message) || !REQUESTS.has(message.type)) return;
      for (let time = 1; time < TIMES; time++) {
        request += 1;
        wire.frame({ ...message, request }, payload);
      }
    };
  },
};

const VERSION = "00".repeat(32);
const NAME = "not/there";

/** Requests and news about what is not there. */
const ABSENT: readonly Message[] = [
  { type: "open", request: FIRST_REQUEST, id: VERSION, name: NAME, download: null },
  { type: "manifest", request: FIRST_REQUEST, id: VERSION },
  { type: "piece", request: FIRST_REQUEST, id: VERSION, piece: 16_383 },
  { type: "cancel", request: FIRST_REQUEST },
  { type: "watch", name: NAME, id: VERSION },
  { type: "unwatch", name: NAME, id: VERSION },
  { type: "accuse", id: VERSION, piece: 0, number: 65_535 },
  { type: "progress", download: "00".repeat(16), bytes: 1, sources: [1] },
  { type: "download", download: "00".repeat(16), name: NAME, running: VERSION },
  { type: "unfetched", name: NAME, id: VERSION, reason: "", lasting: true },
  { type: "retry", names: [NAME] },
];

/** Asks for what is not there, which its session may end for. */
export const asksForAbsent: Interference = {
  name: "asks for what is not there",
  says: () => (frame, wire) => {
    sendAsIs(frame, wire);
    if (wire.random.chance(0.2)) wire.frame(wire.random.pick(ABSENT));
  },
};
