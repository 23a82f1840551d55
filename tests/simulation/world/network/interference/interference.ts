import type { Message } from "../../../../../src/protocol/messages/messages.ts";
import type { SeededRandom } from "../../random.ts";

/** A message with its payload, which is empty where it has none. */
export interface Frame {
  readonly message: Message;
  readonly payload: Uint8Array;
}

/** What is sent in place of the frames of an honest program. */
export interface Wire {
  readonly random: SeededRandom;
  /** Sends a message; its field for the length of its payload must be right. */
  frame(message: Message, payload?: Uint8Array): void;
  bytes(bytes: Uint8Array): void;
  /** All that is sent from now on leaves so many milliseconds later, in order. */
  delay(ms: number): void;
  /** Sends no more, and says so to the other end. */
  end(): void;
}

/** Gets each frame that an end would send; what is to be sent it sends itself. */
export type Tamper = (frame: Frame, wire: Wire) => void;

/** A way in which a host is not honest, or fails to do its work. It is the same for a whole connection. */
export interface Interference {
  readonly name: string;
  /** Whether connections go on with it once it has ended, until somebody gives them up. Else they break then. */
  readonly staysInConnections?: boolean;
  /** A part of it for a new connection: what the host says on it. */
  says?(): Tamper;
  /** What the host understands of what is said to it. */
  understands?(): Tamper;
}

export function sendAsIs({ message, payload }: Frame, wire: Wire): void {
  wire.frame(message, payload);
}
