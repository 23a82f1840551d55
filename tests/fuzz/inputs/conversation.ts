import type { Role } from "../../../src/protocol/messages/session.ts";
import type { Part } from "./input.ts";
import { packOddly } from "./message-pack.ts";

/** A frame before it is bytes. */
export interface Step {
  /** The header: of an honest peer a Message, after changes any value, see message-pack.ts. */
  readonly header: unknown;
  readonly payload: Uint8Array;
  /** As in {@link Part}. */
  readonly after: number;
  /** What the prefix says of the length of the header; null: the truth. */
  readonly claimedLength: number | null;
}

/** All that one end of a session says. */
export interface Conversation {
  readonly from: Role;
  readonly to: Role;
  readonly steps: readonly Step[];
}

const PREFIX_BYTES = 4;

export function partOf({ header, payload, after, claimedLength }: Step): Part {
  const packed = packOddly(header);
  const bytes = new Uint8Array(PREFIX_BYTES + packed.length + payload.length);
  new DataView(bytes.buffer).setUint32(0, claimedLength ?? packed.length);
  bytes.set(packed, PREFIX_BYTES);
  bytes.set(payload, PREFIX_BYTES + packed.length);
  return { bytes, after };
}
