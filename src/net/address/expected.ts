import type { ProtocolError } from "../../protocol/errors.ts";
import { type Messages, VERSION } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { serverBehind } from "../session/stranger.ts";
import { type Address, formatAddress } from "./address.ts";

/** Whom whoever connects takes the other end for. */
export interface Expected {
  readonly role: Exclude<Role, "client">;
  readonly address: Address;
}

/** Why a greeting does not come from whoever was expected; null when it does. */
export function strangeGreeting(
  { type, role, version }: Messages["hello"] | Messages["welcome"],
  expected: Expected,
): string | null {
  const where = formatAddress(expected.address);
  if (type === "hello") return `what is sent to ${where} comes back: that is no redes ${expected.role}`;
  if (role !== expected.role) return `a redes ${role} answers at ${where}, not a ${expected.role}`;
  if (version === VERSION) return null;
  return otherVersion(expected, `it speaks version ${version} of the protocol, this one ${VERSION}`);
}

export function otherVersion({ address }: Expected, detail: string): string {
  return `another version of redes answers at ${formatAddress(address)}: ${detail}`;
}

/** What answers with these first bytes, which are no greeting. */
export function noGreeting({ role, address }: Expected, bytes: Uint8Array, error: ProtocolError): string {
  const what = serverBehind(bytes) ?? `something that is not redes (${error.message})`;
  return `${what} answers at ${formatAddress(address)}, not a redes ${role}`;
}

/** Nothing came for so long that nothing will. */
export function noAnswer({ role, address }: Expected): string {
  return `${formatAddress(address)} accepts connections but says nothing, where a redes ${role} would`;
}

/** The other end closed before it said anything. */
export function noWord({ role, address }: Expected): string {
  return `${formatAddress(address)} accepts connections and closes them without a word: is a redes ${role} there?`;
}
