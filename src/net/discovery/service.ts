/** The kind of service that a central is, as DNS-SD (RFC 6763) names it on a local network. */
export const SERVICE = "_redes._tcp.local";
/** Where all kinds of services are asked for, by programs that list what there is. */
export const ALL_SERVICES = "_services._dns-sd._udp.local";

/** Bytes of a label of DNS. */
const MAX_LABEL_BYTES = 63;

/** A central as it is announced on one network. */
export interface Announcement {
  /** What people see: a label, which no other service has. */
  readonly instance: string;
  readonly port: number;
  /** IP addresses at which it is reached there. */
  readonly addresses: readonly string[];
}

/** `name` as one label: a dot would end it. `unique`: what makes it differ from others. */
export function instanceLabel(name: string, unique: string): string {
  const plain = name.replace(/[.\p{Cc}]+/gu, "-");
  const end = ` ${unique}`;
  let label = "";
  for (const character of plain.toWellFormed()) {
    if (Buffer.byteLength(label + character + end) > MAX_LABEL_BYTES) break;
    label += character;
  }
  return label + end;
}

/** The full name of an instance. */
export function instanceName(instance: string): string {
  return `${instance}.${SERVICE}`;
}

/** Whether two names of DNS are the same: capitals make no difference. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
