import type { Identity } from "../../../src/keys/identity.ts";
import type { Role } from "../../../src/protocol/messages/session.ts";

/** Bytes that a sender sends at once. */
export interface Part {
  readonly bytes: Uint8Array;
  /** It waits until the other end has sent so many bytes, but not for long. */
  readonly after: number;
}

/** One connection that attacks. */
export interface Sender {
  /** What it is as long as no byte of its `hello` has changed. */
  readonly role: Role;
  /** Who it is by its certificate; null where no keys are used. */
  readonly identity: Identity | null;
  readonly parts: readonly Part[];
}

/** What one run of a target is about. */
export interface Input {
  readonly target: string;
  readonly senders: readonly Sender[];
}

interface SavedInput {
  readonly target: string;
  readonly senders: readonly {
    readonly role: Role;
    readonly identity: Identity | null;
    /** Bytes in base64, and `after`. */
    readonly parts: readonly (readonly [string, number])[];
  }[];
}

export function inputToJson({ target, senders }: Input): string {
  const saved: SavedInput = {
    target,
    senders: senders.map(({ role, identity, parts }) => ({
      ...{ role, identity },
      parts: parts.map(({ bytes, after }) => [Buffer.from(bytes).toString("base64"), after] as const),
    })),
  };
  return `${JSON.stringify(saved)}\n`;
}

export function inputFromJson(text: string): Input {
  const { target, senders } = JSON.parse(text) as SavedInput;
  return {
    target,
    senders: senders.map(({ role, identity, parts }) => ({
      ...{ role, identity },
      parts: parts.map(([bytes, after]) => ({ bytes: new Uint8Array(Buffer.from(bytes, "base64")), after })),
    })),
  };
}
