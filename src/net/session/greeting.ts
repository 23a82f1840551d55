import { saidIdentity } from "../../keys/identity.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { MAX_HEADER_BYTES, MAX_SMALL_HEADER_BYTES } from "../../protocol/limits.ts";
import { ruleViolation, type SessionState } from "../../protocol/message-rules.ts";
import { type Messages, PROTOCOL_VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { GREETING_TIMEOUT_MS } from "../../protocol/timing.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import type { Peer, Socket } from "../transport/network.ts";
import type { ChannelOptions, CloseReason } from "./channel.ts";
import { unexpectedGreeting } from "./expected-peer.ts";

/** Milliseconds in which the greeting of a new session must be over; a TLS handshake was of the same span. */
export function greetingTime({ acceptedAt }: Pick<Socket, "acceptedAt">, now: number): number {
  return Math.max(0, GREETING_TIMEOUT_MS - (now - (acceptedAt ?? now)));
}

/** The longest header that is taken. Of those who connect to a server, a secondary at the central alone has much to say. */
export function headerLimit({ side, role }: ChannelOptions, peer: Role | null, state: SessionState): number {
  const long = side === "connects" || (role === "central" && peer === "secondary");
  return state === "open" && long ? MAX_HEADER_BYTES : MAX_SMALL_HEADER_BYTES;
}

/**
 * What comes of a greeting. `stranger`: who answers is not who was expected, and is told `answer` where there is one;
 * `refused`: who connects is told why, and must go.
 */
export type GreetingVerdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "stranger"; readonly reason: CloseReason; readonly answer: Sentence | null }
  | { readonly kind: "refused"; readonly code: "version" | "key"; readonly message: Sentence };

/** `peer`: who the other end is by its certificate; null without keys. Throws {@link ProtocolError}. */
export function judgeGreeting(
  message: Messages["hello"] | Messages["welcome"],
  options: ChannelOptions,
  state: SessionState,
  peer: Peer | null,
): GreetingVerdict {
  const isSpoken = message.version === PROTOCOL_VERSION;
  const other = say("version {version} of the protocol is not spoken here, only {own}", {
    version: message.version,
    own: PROTOCOL_VERSION,
  });
  if (options.side === "connects") {
    const reason = unexpectedGreeting(message, options.expected);
    if (reason !== null) return { kind: "stranger", reason, answer: isSpoken ? null : other };
  } else if (message.type !== "hello") throw new ProtocolError(`${message.type} came where hello was due`);
  const fault = ruleViolation(message.type, message.role, options.role, state);
  if (fault) throw new ProtocolError(fault);
  if (message.role === "central" && options.role === "central")
    throw new ProtocolError("a central connects to no central");
  if (!isSpoken) return { kind: "refused", code: "version", message: other };
  const refusal = refusalOf(message.role, peer);
  return refusal === null ? { kind: "accepted" } : { kind: "refused", code: "key", message: refusal };
}

/** Why the key of a peer that greets as `said` does not let it in; null when it does. */
function refusalOf(said: Role, peer: Peer | null): Sentence | null {
  if (peer === null) return null;
  if (peer.kind === "refused") return say("refused: {reason}", { reason: peer.reason });
  return peer.identity.role === said
    ? null
    : say("it is the key of {whose}, not of a {role}", { whose: saidIdentity(peer.identity), role: say(said) });
}
