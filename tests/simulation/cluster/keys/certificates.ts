import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { SELF_MADE } from "../../../../src/keys/certificate.ts";
import { type Identity, serverNameOf, uriOf } from "../../../../src/keys/identity.ts";
import { type ClusterKey, type Credential, clusterKeyFrom, credentialFrom } from "../../../../src/keys/key-contents.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import type { Validity } from "../../../../src/keys/validity.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import { bits, integer, objectId, octets, sequence, set, tagged, text, utcTime, yes } from "./der.ts";

/** Credentials that are kept: runs have the same ones again and again. */
const MOST_KEPT = 500;
const SERIAL_BYTES = 8;
const OID = {
  ed25519: "2b6570",
  commonName: "550403",
  unit: "55040b",
  basicConstraints: "551d13",
  keyUsage: "551d0f",
  extendedKeyUsage: "551d25",
  alternativeName: "551d11",
  serverAuth: "2b06010505070301",
  clientAuth: "2b06010505070302",
} as const;
/** What PKCS #8 has before the 32 bytes of a private key of Ed25519. */
const PKCS8_PREFIX = "302e020100300506032b657004220420";
const [URI_TAG, DNS_TAG, VERSION_TAG, EXTENSIONS_TAG] = [0x86, 0x82, 0xa0, 0xa3];
/** For longer than any clock of a simulation can be wrong by. */
const LASTING: Validity = { notBefore: EPOCH_MS - 400 * DAY_MS, notAfter: EPOCH_MS + 4000 * DAY_MS };

interface KeyPair {
  readonly key: KeyObject;
  /** PKCS8 as PEM. */
  readonly pem: string;
  /** SPKI as DER. */
  readonly spki: Uint8Array;
}

/** The same for each run: nothing in a simulation is secret. All credentials have one key pair. */
function keyPairOf(name: string): KeyPair {
  const seed = createHash("sha256").update(`redes simulation ${name}`).digest();
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from(PKCS8_PREFIX, "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });
  return {
    key,
    pem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    spki: createPublicKey(key).export({ type: "spki", format: "der" }),
  };
}

const LEAF = keyPairOf("credential");
const clusterKeys = new Map<string, { readonly pair: KeyPair; readonly contents: ClusterKey }>();
const credentials = new Map<string, Credential>();

/** The cluster key of this name. */
export function clusterKey(name: string): ClusterKey {
  return madeClusterKey(name).contents;
}

function madeClusterKey(name: string) {
  const known = clusterKeys.get(name);
  if (known) return known;
  const pair = keyPairOf(name);
  const extensions = [
    extension(OID.basicConstraints, sequence(yes(), integer(Uint8Array.of(0))), true),
    extension(OID.keyUsage, bits(Uint8Array.of(0x04), 2), true),
  ];
  const pem = signed(pair.key, {
    issuer: name,
    subject: name,
    unit: null,
    spki: pair.spki,
    validity: LASTING,
    extensions,
  });
  const made = { pair, contents: clusterKeyFrom(pair.pem, pem, name) };
  clusterKeys.set(name, made);
  return made;
}

/**
 * A credential from the cluster key of a name; `unit`: what its subject says besides. The same arguments give the same one,
 * to the last byte.
 */
export function credential(by: string, identity: Identity, validity: Validity, unit: string | null = null): Credential {
  // Nobody makes one: to one clock it would be not valid yet, and ended, at once.
  if (validity.notAfter <= validity.notBefore) throw new Error(`a credential of ${by} ends before it begins`);
  const label = JSON.stringify([by, uriOf(identity), validity.notBefore, validity.notAfter, unit]);
  const known = credentials.get(label);
  if (known) return known;
  const { pair, contents } = madeClusterKey(by);
  const name = serverNameOf(identity);
  const names = [tagged(URI_TAG, Buffer.from(uriOf(identity))), ...(name ? [tagged(DNS_TAG, Buffer.from(name))] : [])];
  const usages = identity.role === "client" ? [OID.clientAuth] : [OID.serverAuth, OID.clientAuth];
  const extensions = [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, bits(Uint8Array.of(0x80), 7), true),
    extension(OID.extendedKeyUsage, sequence(...usages.map(objectId))),
    extension(OID.alternativeName, sequence(...names)),
  ];
  const pem = signed(pair.key, { issuer: by, subject: "anybody", unit, spki: LEAF.spki, validity, extensions });
  const made = credentialFrom(LEAF.pem, pem, contents.authority.pem, label);
  if (credentials.size >= MOST_KEPT) credentials.clear();
  credentials.set(label, made);
  return made;
}

/** Makes credentials as a process does that has a cluster key of a simulation. */
export async function issueCredential(key: ClusterKey, identity: Identity, validity: Validity): Promise<Credential> {
  const [name] = [...clusterKeys].find(([, { contents }]) => contents.key === key.key) ?? [];
  if (name === undefined) throw new Error("the cluster key is not one of a simulation");
  return credential(name, identity, validity, SELF_MADE);
}

interface Contents {
  readonly issuer: string;
  readonly subject: string;
  readonly unit: string | null;
  readonly spki: Uint8Array;
  readonly validity: Validity;
  readonly extensions: readonly Uint8Array[];
}

/** A certificate (RFC 5280), as PEM. */
function signed(key: KeyObject, { issuer, subject, unit, spki, validity, extensions }: Contents): string {
  const body = [
    sequence(objectId(OID.ed25519)),
    nameOf(issuer),
    sequence(utcTime(validity.notBefore), utcTime(validity.notAfter)),
    nameOf(subject, unit),
    spki,
    tagged(EXTENSIONS_TAG, sequence(...extensions)),
  ];
  // Certificates with the same content have the same number.
  const serial = createHash("sha256").update(Buffer.concat(body)).digest().subarray(0, SERIAL_BYTES);
  serial[0] = 1;
  const toSign = sequence(tagged(VERSION_TAG, integer(Uint8Array.of(2))), integer(serial), ...body);
  const der = sequence(toSign, sequence(objectId(OID.ed25519)), bits(sign(null, toSign, key)));
  const lines = Buffer.from(der)
    .toString("base64")
    .replaceAll(/(.{64})/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string, unit: string | null = null): Uint8Array {
  const part = (id: string, value: string) => set(sequence(objectId(id), text(value)));
  return sequence(part(OID.commonName, commonName), ...(unit === null ? [] : [part(OID.unit, unit)]));
}

function extension(id: string, content: Uint8Array, critical = false): Uint8Array {
  return sequence(objectId(id), ...(critical ? [yes()] : []), octets(content));
}

/** What a process has that shows a credential. `believed`: the names of the cluster keys by which it lets others in. */
export function materialOf({ key, certificate }: Credential, believed: readonly string[]): KeyMaterial {
  const { identity, pem, fingerprint, notAfter } = certificate;
  return {
    ...{ identity, key, certificate: pem, fingerprint, notAfter },
    authorities: believed.map((name) => clusterKey(name).authority.pem),
    canIssue: false,
    fileNotAfter: notAfter,
  };
}
