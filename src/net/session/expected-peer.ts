import { PeerError, type ProtocolError } from "../../protocol/errors.ts";
import { type Messages, PROTOCOL_VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import { type Address, formatAddress } from "../address/address.ts";
import { identifyServer, TLS_SERVER } from "./foreign-protocol.ts";

/** The peer that the connecting side expects. */
export interface ExpectedPeer {
  readonly role: Exclude<Role, "client">;
  readonly address: Address;
}

/** Why a session ends whose other end is not the expected peer. `error`: no further try can succeed. */
export interface StrangerReason {
  readonly cause: "stranger";
  readonly message: Told;
  readonly error?: PeerError;
}

/** Why a greeting is not that of the expected peer; null when it is. */
export function unexpectedGreeting(
  { type, role, version }: Messages["hello"] | Messages["welcome"],
  expected: ExpectedPeer,
): StrangerReason | null {
  const where = formatAddress(expected.address);
  if (type === "hello")
    return {
      cause: "stranger",
      message: say("what is sent to {where} comes back: that is no redes {role}", { where, role: say(expected.role) }),
    };
  if (role !== expected.role)
    return {
      cause: "stranger",
      message: say("a redes {role} answers at {where}, not a {expected}", {
        role: say(role),
        where,
        expected: say(expected.role),
      }),
    };
  if (version === PROTOCOL_VERSION) return null;
  return otherVersion(
    expected,
    say("it speaks version {version} of the protocol, this one {own}", { version, own: PROTOCOL_VERSION }),
  );
}

/** `detail`: which versions there are. */
export function otherVersion({ address }: ExpectedPeer, detail: Told): StrangerReason {
  const message = say("another version of redes answers at {address}: {detail}", {
    address: formatAddress(address),
    detail,
  });
  return { cause: "stranger", message, error: new PeerError("version", message) };
}

/** A server has sent these first bytes, which are not a greeting. One that speaks TLS has a key, and needs one. */
export function foreignServer(
  { role, address }: ExpectedPeer,
  bytes: Uint8Array,
  error: ProtocolError,
): StrangerReason {
  const what = identifyServer(bytes) ?? say("something that is not redes ({reason})", { reason: toldOf(error) });
  const where = formatAddress(address);
  if (what !== TLS_SERVER)
    return {
      cause: "stranger",
      message: say("{what} answers at {where}, not a redes {role}", { what, where, role: say(role) }),
    };
  const message = say(
    "what answers at {where} speaks TLS: if it is a redes {role}, it has a key, and one is needed here (--key-file)",
    { where, role: say(role) },
  );
  return { cause: "stranger", message, error: new PeerError("key", message) };
}

/** The greeting timeout is over. */
export function silentPeerText({ role, address }: ExpectedPeer): Sentence {
  return say("{address} accepts connections but says nothing, where a redes {role} would", {
    address: formatAddress(address),
    role: say(role),
  });
}

/** The other end has closed the connection without sending a byte. */
export function closedWithoutGreetingText({ role, address }: ExpectedPeer): Sentence {
  return say("{address} accepts connections and closes them without a word: is a redes {role} there?", {
    address: formatAddress(address),
    role: say(role),
  });
}
