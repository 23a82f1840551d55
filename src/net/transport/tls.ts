import type { TLSOptions } from "bun";
import { identityOf } from "../../keys/certificate.ts";
import { type ServerIdentity, saidIdentity, serverNameOf } from "../../keys/identity.ts";
import type { KeyMaterial } from "../../keys/key-material.ts";
import type { Trust } from "../../keys/key-ring.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import type { Address } from "../address/address.ts";
import type { ConnectError, Peer } from "./network.ts";
import { connectError } from "./tcp-errors.ts";
import type { BunTcpSocket } from "./tcp-socket.ts";

/** How BoringSSL writes TLS 1.3. */
const TLS_1_3 = 0x0304;

/** Why a certificate is not believed, by the codes of OpenSSL. */
const REASONS: Readonly<Record<string, Sentence>> = {
  CERT_HAS_EXPIRED: say("the credential has expired"),
  CERT_NOT_YET_VALID: say("the credential is not valid yet: do the clocks of both machines show the same time?"),
  INVALID_PURPOSE: say("the key is a client's"),
};
/** The name is looked at after everything else was found to be right. */
const WRONG_NAME = "ERR_TLS_CERT_ALTNAME_INVALID";
export const REVOKED = say("the key was revoked");
const FOREIGN = say("the key is of another cluster");
const NO_TLS = say("it does not speak TLS 1.3, as all do here: has it no key (--key-file)?");
const NO_KEY = say("it has no key (--key-file)");

/** The types of Bun leave out the last one. */
type Options = TLSOptions & { readonly minVersion: number };

function common({ key, certificate, authorities }: KeyMaterial): Options {
  // Who is not believed is told why before the connection is closed: TLS itself would close it without a word.
  return { key, cert: certificate, ca: [...authorities], rejectUnauthorized: false, minVersion: TLS_1_3 };
}

/** For the side that accepts. */
export function acceptingTls(material: KeyMaterial): Options {
  return { ...common(material), requestCert: true };
}

/** For the side that connects, to `server`. */
export function connectingTls(material: KeyMaterial, server: ServerIdentity): Options {
  return { ...common(material), serverName: serverNameOf(server) };
}

/** What TLS has found out about the other end. */
export interface CheckedPeer {
  /** Its certificate, as DER; null where it has shown none. */
  readonly certificate: Uint8Array | null;
  /** What speaks against the certificate, as OpenSSL calls it, or "" where it gives no code; null: nothing does. */
  readonly fault: string | null;
}

/** Whom the side that connects has reached; `error`: what TLS says. Null where the handshake has failed. */
export function reachedPeer(
  socket: BunTcpSocket,
  error: Error | null,
  wanted: ServerIdentity,
  trust: Trust,
): Peer | null {
  return judgeReached(checkedPeer(socket, error), wanted, trust);
}

/** {@link reachedPeer}, without the socket. */
export function judgeReached({ certificate, fault }: CheckedPeer, wanted: ServerIdentity, trust: Trust): Peer | null {
  if (!certificate) return null;
  const other = fault === WRONG_NAME ? identityOf(certificate).identity : null;
  if (!other) return judge(fault, certificate, trust);
  return {
    kind: "refused",
    reason: say("it has the key of {whose}, not of {wanted}", {
      whose: saidIdentity(other),
      wanted: saidIdentity(wanted),
    }),
  };
}

/** The error of `connect` to `server` for a handshake that has failed with what TLS says. */
export function handshakeError(address: Address, server: ServerIdentity, error: Error | null): ConnectError {
  const who = saidIdentity(server);
  if (/WRONG_VERSION_NUMBER/.test(error?.message ?? "")) {
    const text = say(
      "what answers there does not speak TLS: if it is {who}, it has no key, and none may be given here",
      { who },
    );
    return connectError(address, "key", text);
  }
  if (codeOf(error) === "ECONNRESET")
    return connectError(address, "other", say("it closed the connection in the TLS handshake"));
  return connectError(
    address,
    "other",
    say("the TLS handshake failed: {reason}", { reason: error?.message ?? say("no reason is known") }),
  );
}

/** Who has connected, when the handshake is over; `ok`: whether it succeeded; `error`: what TLS says against the certificate. */
export function acceptedPeer(socket: BunTcpSocket, ok: boolean, error: Error | null, trust: Trust): Peer {
  return judgeAccepted(ok ? checkedPeer(socket, error) : null, trust);
}

/** {@link acceptedPeer}, without the socket. Null: the handshake has failed. */
export function judgeAccepted(checked: CheckedPeer | null, trust: Trust): Peer {
  if (!checked) return { kind: "refused", reason: NO_TLS };
  const { certificate, fault } = checked;
  return certificate ? judge(fault, certificate, trust) : { kind: "refused", reason: NO_KEY };
}

function checkedPeer(socket: BunTcpSocket, error: Error | null): CheckedPeer {
  // Bun's types know no handshake that has failed.
  const certificate: { readonly raw?: Uint8Array } | null | undefined = socket.getPeerCertificate();
  const isFine = error === null && socket.authorized;
  return { certificate: certificate?.raw ?? null, fault: isFine ? null : codeOf(error) };
}

function judge(fault: string | null, certificate: Uint8Array, { authorities, revocations }: Trust): Peer {
  if (fault !== null) return { kind: "refused", reason: REASONS[fault] ?? FOREIGN };
  const identified = identityOf(certificate);
  if (identified.identity === null)
    return { kind: "refused", reason: say("its certificate is not of redes: {reason}", { reason: identified.reason }) };
  const key = authorities.keyOf(certificate, identified);
  if (!key) return { kind: "refused", reason: FOREIGN };
  if (revocations.has(key)) return { kind: "refused", reason: REVOKED };
  const { identity, fingerprint } = identified;
  return { kind: "known", identity, fingerprint, key };
}

function codeOf(error: Error | null): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? "";
}
