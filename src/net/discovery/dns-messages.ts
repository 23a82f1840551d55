import dns, { type DnsPacket, type DnsRecord } from "dns-packet";
import * as v from "valibot";
import { asBuffer } from "../../platform/memory.ts";
import { isAddress } from "../address/address.ts";
import { ALL_SERVICES, type Announcement, instanceName, isSameName, SERVICE } from "./service.ts";

/** What is said of centrals fits into one packet of the network; larger messages are not read. */
export const MAX_MESSAGE_BYTES = 1500;
/** Questions and records of a message that is read: ours have a dozen, and a hostile one could take long. */
export const MAX_RECORDS = 32;
/** Addresses of each central that are announced, and that count. */
const MAX_ADDRESSES = 8;

/** Seconds for which others may remember what is announced: who it is, and where it is, which may change. */
const TTL = { service: 4500, place: 120 };

/** A message that concerns centrals. */
export type DiscoveryMessage =
  /** Somebody asks. `known`: full names of instances that need not be told any more. */
  | { readonly kind: "question"; readonly known: readonly string[] }
  | { readonly kind: "answer"; readonly announcements: readonly Announcement[] };

const serviceTarget = v.object({
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  target: v.string(),
});

/** The question which centrals there are. */
export function encodeQuestion(): Uint8Array {
  return dns.encode({ type: "query", questions: [{ name: SERVICE, type: "PTR" }] });
}

/** That a central is there, or with `gone` that it is no more. */
export function encodeAnnouncement(announcement: Announcement, gone = false): Uint8Array {
  const { instance, port, addresses } = announcement;
  const name = instanceName(instance);
  const target = hostOf(instance);
  const [service, place] = gone ? [0, 0] : [TTL.service, TTL.place];
  const answers: DnsRecord[] = [
    { name: SERVICE, type: "PTR", ttl: service, data: name },
    { name: ALL_SERVICES, type: "PTR", ttl: service, data: SERVICE },
    { name, type: "SRV", ttl: place, flush: true, data: { priority: 0, weight: 0, port, target } },
    { name, type: "TXT", ttl: service, flush: true, data: "txtvers=1" },
    ...addresses.slice(0, MAX_ADDRESSES).map((address) => ({
      ...{ name: target, type: address.includes(":") ? "AAAA" : "A", ttl: place, flush: true, data: address },
    })),
  ];
  return dns.encode({ type: "response", flags: dns.AUTHORITATIVE_ANSWER, answers });
}

/** Names of an instance that others may ask for. */
export function namesOf(instance: string): string[] {
  return [instanceName(instance), hostOf(instance)];
}

/** A host name that is this process's alone: that of the machine may be announced by another program, with all its addresses. */
function hostOf(instance: string): string {
  return `redes-${Buffer.from(instance).toString("hex").slice(-16)}.local`;
}

/** A message begins with so many bytes, in which these offsets have the numbers of questions and of records. */
const HEADER_BYTES = 12;
const COUNTS = [4, 6, 8, 10];

/** Words without one of which a message says nothing of centrals. */
const MENTIONS = /redes|_dns-sd/i;

/** Whether a message could say something of centrals: quicker to tell than what it says. */
export function mentionsCentrals(bytes: Uint8Array): boolean {
  return isShort(bytes) && MENTIONS.test(asBuffer(bytes).toString("latin1"));
}

function isShort(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_MESSAGE_BYTES || bytes.length < HEADER_BYTES) return false;
  const header = asBuffer(bytes);
  return COUNTS.reduce((sum, offset) => sum + header.readUInt16BE(offset), 0) <= MAX_RECORDS;
}

/** What a message says of centrals; null where it is none of multicast DNS, or says nothing of them. */
export function parseMessage(bytes: Uint8Array, own: readonly string[] = []): DiscoveryMessage | null {
  const packet = decode(bytes);
  if (!packet) return null;
  if (packet.type === "response") return { kind: "answer", announcements: announcementsIn(packet) };
  const names = [SERVICE, ALL_SERVICES, ...own];
  const asked = (packet.questions ?? []).some(({ name }) => names.some((each) => isSameName(each, name)));
  return asked ? { kind: "question", known: knownIn(packet) } : null;
}

function decode(bytes: Uint8Array): DnsPacket | null {
  if (!isShort(bytes)) return null;
  try {
    return dns.decode(asBuffer(bytes));
  } catch {
    return null;
  }
}

/** Instances that who asks knows for at least half of their time (RFC 6762, section 7.1). */
function knownIn({ answers = [] }: DnsPacket): string[] {
  return answers.flatMap(({ type, name, ttl = 0, data }) =>
    type === "PTR" && isSameName(name, SERVICE) && ttl >= TTL.service / 2 && typeof data === "string" ? [data] : [],
  );
}

function announcementsIn({ answers = [], additionals = [] }: DnsPacket): Announcement[] {
  // A record without time is one that ends.
  const records = [...answers, ...additionals].filter(({ ttl = 0 }) => ttl > 0);
  const instances = new Set<string>();
  for (const { type, name, data } of records) {
    if (type !== "PTR" || !isSameName(name, SERVICE) || typeof data !== "string") continue;
    instances.add(data);
  }
  return [...instances].flatMap((name) => announcementOf(name, records));
}

function announcementOf(name: string, records: readonly DnsRecord[]): Announcement[] {
  const end = `.${SERVICE}`;
  if (name.length <= end.length || !isSameName(name.slice(-end.length), end)) return [];
  const place = records.find((record) => record.type === "SRV" && isSameName(record.name, name))?.data;
  if (!v.is(serviceTarget, place)) return [];
  const { target, port } = place;
  const addresses = records.flatMap(({ type, name: host, data }) => {
    const isPlace = (type === "A" || type === "AAAA") && isSameName(host, target);
    return isPlace && typeof data === "string" && isAddress(data) ? [data] : [];
  });
  return [{ instance: name.slice(0, -end.length), port, addresses: [...new Set(addresses)].slice(0, MAX_ADDRESSES) }];
}
