import * as v from "valibot";
import { clientName, secondaryNumber } from "../protocol/fields.ts";
import { percentDecoded, percentEncoded } from "../protocol/names/percent-encoding.ts";
import { RIGHTS, type Rights } from "../protocol/rights.ts";
import { english, type Sentence, say } from "../sentences/sentence.ts";

/** Who somebody is; a certificate says it of whom it was made for. */
export type Identity =
  | { readonly role: "central" }
  | { readonly role: "secondary"; readonly number: number }
  | { readonly role: "client"; readonly name: string; readonly rights: Rights };

export type ClientIdentity = Extract<Identity, { role: "client" }>;
/** Who can be connected to. */
export type ServerIdentity = Exclude<Identity, { role: "client" }>;

const SECONDARY_URI = /^redes:secondary\/(?<number>[1-9]\d{0,4})$/;
const CLIENT_URI = /^redes:client\/(?<name>[A-Za-z0-9._~%-]+)\?rights=(?<rights>[a-z]+)$/;

/** `redes:central`, `redes:secondary/2`, `redes:client/NAME?rights=write`: ASCII without quotes, spaces and commas. */
export function uriOf(identity: Identity): string {
  switch (identity.role) {
    case "central":
      return "redes:central";
    case "secondary":
      return `redes:secondary/${identity.number}`;
    case "client":
      return `redes:client/${percentEncoded(identity.name)}?rights=${identity.rights}`;
  }
}

/**
 * The name by which a server is connected to in TLS, whatever its address is: a certificate that is not for this name is
 * refused by TLS itself. Null for a client, which nobody connects to. No resolver is ever asked: the domain is reserved
 * for private use.
 */
export function serverNameOf(identity: ServerIdentity): string;
export function serverNameOf(identity: Identity): string | null;
export function serverNameOf(identity: Identity): string | null {
  switch (identity.role) {
    case "central":
      return "central.redes.internal";
    case "secondary":
      return `secondary-${identity.number}.redes.internal`;
    case "client":
      return null;
  }
}

/** Reads what {@link uriOf} has written; null for anything else, another spelling of the same identity included. */
export function identityFromUri(uri: string): Identity | null {
  const identity = parsed(uri);
  return identity && uriOf(identity) === uri ? identity : null;
}

function parsed(uri: string): Identity | null {
  if (uri === "redes:central") return { role: "central" };
  const secondary = SECONDARY_URI.exec(uri)?.groups;
  if (secondary) {
    const number = Number(secondary.number);
    return v.is(secondaryNumber, number) ? { role: "secondary", number } : null;
  }
  const client = CLIENT_URI.exec(uri)?.groups;
  const rights = RIGHTS.find((each) => each === client?.rights);
  const name = percentDecoded(client?.name ?? "");
  return rights && v.is(clientName, name) ? { role: "client", name, rights } : null;
}

/** For people. */
export function saidIdentity(identity: Identity): Sentence {
  switch (identity.role) {
    case "central":
      return say("the central");
    case "secondary":
      return say("secondary {number}", { number: identity.number });
    case "client":
      return say("client {name} ({rights})", { name: identity.name, rights: identity.rights });
  }
}

/** The same in English. */
export function describeIdentity(identity: Identity): string {
  return english(saidIdentity(identity));
}
