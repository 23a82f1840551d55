import type { ProtocolError } from "../../protocol/errors.ts";
import { type Messages, PROTOCOL_VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { type Address, formatAddress } from "../address/address.ts";
import { identifyServer, TLS_SERVER } from "./foreign-protocol.ts";

/** The peer that the connecting side expects. */
export interface ExpectedPeer {
  readonly role: Exclude<Role, "client">;
  readonly address: Address;
}

/** Why a greeting is not that of the expected peer; null when it is. */
export function unexpectedGreetingText(
  { type, role, version }: Messages["hello"] | Messages["welcome"],
  expected: ExpectedPeer,
): string | null {
  const where = formatAddress(expected.address);
  if (type === "hello") return `what is sent to ${where} comes back: that is no redes ${expected.role}`;
  if (role !== expected.role) return `a redes ${role} answers at ${where}, not a ${expected.role}`;
  if (version === PROTOCOL_VERSION) return null;
  return otherVersionText(expected, `it speaks version ${version} of the protocol, this one ${PROTOCOL_VERSION}`);
}

export function otherVersionText({ address }: ExpectedPeer, detail: string): string {
  return `another version of redes answers at ${formatAddress(address)}: ${detail}`;
}

/** Whether who sends these first bytes speaks TLS, as a server with a key does. */
export function wantsKey(bytes: Uint8Array): boolean {
  return identifyServer(bytes) === TLS_SERVER;
}

/** What kind of server has sent these first bytes, which are not a greeting. */
export function foreignServerText({ role, address }: ExpectedPeer, bytes: Uint8Array, error: ProtocolError): string {
  if (wantsKey(bytes)) {
    const where = formatAddress(address);
    return `what answers at ${where} speaks TLS: if it is a redes ${role}, it has a key, and one is needed here (--key-file)`;
  }
  const what = identifyServer(bytes) ?? `something that is not redes (${error.message})`;
  return `${what} answers at ${formatAddress(address)}, not a redes ${role}`;
}

/** The greeting timeout is over. */
export function silentPeerText({ role, address }: ExpectedPeer): string {
  return `${formatAddress(address)} accepts connections but says nothing, where a redes ${role} would`;
}

/** The other end has closed the connection without sending a byte. */
export function closedWithoutGreetingText({ role, address }: ExpectedPeer): string {
  return `${formatAddress(address)} accepts connections and closes them without a word: is a redes ${role} there?`;
}
