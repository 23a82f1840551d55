import type { ErrorCode } from "../../../../../src/protocol/errors.ts";
import { type Interference, sendAsIs, type Tamper } from "./interference.ts";

/** Says that it has all pieces, and refuses those that it has not. */
export const claimsAll: Interference = {
  name: "claims pieces that it has not",
  says: () => (frame, wire) => {
    const { message } = frame;
    if (message.type === "opened") wire.frame({ ...message, all: true, payload: 0 });
    else sendAsIs(frame, wire);
  },
};

/** Refuses every request for bytes, and for hashes where `hashesToo`. */
function refuses(code: ErrorCode, hashesToo: boolean): () => Tamper {
  return () => {
    let lastRefused = -1;
    return (frame, wire) => {
      const { message } = frame;
      const bytes = message.type === "block" || message.type === "contents";
      if (!bytes && !(hashesToo && message.type === "hashes")) return sendAsIs(frame, wire);
      // The other blocks of the same piece.
      if (message.request === lastRefused) return;
      lastRefused = message.request;
      wire.frame({ type: "refusal", request: message.request, code, message: "not now" });
    };
  };
}

export const refusesAll: Interference = { name: "refuses all", says: refuses("not-held", false) };
export const unreadable: Interference = { name: "cannot read anything", says: refuses("unreadable", true) };
export const alwaysBusy: Interference = { name: "always busy", says: refuses("busy", true) };
export const supersedesAll: Interference = { name: "says that all is superseded", says: refuses("superseded", false) };
