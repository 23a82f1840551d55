import { type Identity, uriOf } from "../../keys/identity.ts";
import type { PeerKey } from "../../keys/trust/authorities.ts";
import { isOver, type Revocation } from "../../keys/trust/revocations.ts";
import { MAX_KNOWN_KEYS, MAX_REVOCATIONS, MAX_UNSEEN_REVOCATIONS } from "../../protocol/limits.ts";
import type { KnownKey } from "../../protocol/messages/keys.ts";

/** Who came with which key, and when. */
export interface SeenKey extends PeerKey {
  readonly identity: Identity;
  /** When it was last seen, in milliseconds since 1970. */
  readonly seen: number;
}

/** A revocation, and when it was made: milliseconds since 1970. */
export interface DatedRevocation extends Revocation {
  readonly at: number;
}

interface KeyEntry {
  /** Its place in the list: where pages go on. */
  readonly serial: number;
  key: SeenKey;
  /** Sessions that there are now. */
  sessions: number;
}

/** The keys that have come to the central, and those that are revoked. Sans-I/O. */
export class KnownKeys {
  /** By fingerprint and identity: whoever has the cluster key may come as anybody. */
  private readonly entries = new Map<string, KeyEntry>();
  private readonly revocations = new Map<string, DatedRevocation & { readonly serial: number }>();
  /** What was not stored yet. */
  private readonly changed = new Set<KeyEntry>();
  private lastSerial = 0;

  constructor(seen: readonly SeenKey[], revoked: readonly DatedRevocation[]) {
    for (const key of seen) this.entry(key);
    for (const revocation of revoked) this.revoke(revocation);
  }

  /** A session with this key has begun. `now`: milliseconds since 1970. */
  connected(identity: Identity, key: PeerKey, now: number): void {
    const entry = this.saw(identity, key, now);
    entry.sessions += 1;
    this.forgetSome();
  }

  disconnected(identity: Identity, key: PeerKey, now: number): void {
    const entry = this.saw(identity, key, now);
    entry.sessions = Math.max(0, entry.sessions - 1);
  }

  revoke(revocation: DatedRevocation): void {
    if (this.revocations.has(revocation.fingerprint)) return;
    this.lastSerial += 1;
    this.revocations.set(revocation.fingerprint, { ...revocation, serial: this.lastSerial });
  }

  isRevoked(fingerprint: string): boolean {
    return this.revocations.has(fingerprint);
  }

  /** Whether anybody has come with this key, or with one that comes from it. */
  hasCome(fingerprint: string): boolean {
    return this.cameKeys().has(fingerprint);
  }

  /** Whether so many keys that never came are revoked that another one of them may not be. */
  get hasTooManyUnseen(): boolean {
    const came = this.cameKeys();
    const unseen = [...this.revocations.keys()].filter((fingerprint) => !came.has(fingerprint));
    return unseen.length >= MAX_UNSEEN_REVOCATIONS;
  }

  /**
   * Whether one more may be revoked. Only now those are forgotten whose keys have ended: a clock that is wrong for a moment
   * lets nobody in again. `now`: milliseconds since 1970.
   */
  hasRoom(now: number): boolean {
    if (this.revocations.size < MAX_REVOCATIONS) return true;
    for (const [fingerprint, { until }] of this.revocations) {
      if (isOver(until, now)) this.revocations.delete(fingerprint);
    }
    return this.revocations.size < MAX_REVOCATIONS;
  }

  /** Revocations of keys with which somebody might pass for a server: not of those that are known as clients' own. */
  revocationsOfServers(): Revocation[] {
    // Clients come and go by the thousand, and mostly there are none.
    if (this.revocations.size === 0) return [];
    const clients = new Set<string>();
    for (const { key } of this.entries.values()) {
      if (!key.isClusterKey && key.identity.role === "client") clients.add(key.fingerprint);
    }
    return [...this.revocations.values()].filter(({ fingerprint }) => !clients.has(fingerprint));
  }

  allRevocations(): Revocation[] {
    return [...this.revocations.values()];
  }

  /** Those that have come with this key. */
  seenWith(fingerprint: string): SeenKey[] {
    return [...this.entries.values()].flatMap(({ key }) => (key.fingerprint === fingerprint ? [key] : []));
  }

  /** Those with a higher serial number, in its order. */
  after(serial: number): KnownKey[] {
    const seen = [...this.entries.values()].map((entry) => this.row(entry));
    const fingerprints = new Set(seen.map(({ fingerprint }) => fingerprint));
    const unseen = [...this.revocations.values()].filter(({ fingerprint }) => !fingerprints.has(fingerprint));
    const rows = [...seen, ...unseen.map(unseenRow)].filter((row) => row.serial > serial);
    return rows.sort((left, right) => left.serial - right.serial);
  }

  /** Forgets who came with keys that have ended, but not whose keys are revoked. `now`: milliseconds since 1970. */
  dropEnded(now: number): void {
    for (const [id, entry] of this.entries) {
      const { fingerprint, until } = entry.key;
      if (entry.sessions === 0 && isOver(until, now) && !this.isRevoked(fingerprint)) this.forget(id, entry);
    }
  }

  /** What is new since the last call, to be stored. */
  drainChanged(): SeenKey[] {
    const changed = [...this.changed].map(({ key }) => key);
    this.changed.clear();
    return changed;
  }

  private cameKeys(): Set<string> {
    return new Set([...this.entries.values()].flatMap(({ key }) => [key.fingerprint, key.authority]));
  }

  private saw(identity: Identity, key: PeerKey, seen: number): KeyEntry {
    const entry = this.entry({ ...key, identity, seen });
    entry.key = { ...key, identity, seen };
    this.changed.add(entry);
    return entry;
  }

  private entry(key: SeenKey): KeyEntry {
    const id = `${key.fingerprint} ${uriOf(key.identity)}`;
    const known = this.entries.get(id);
    if (known) return known;
    this.lastSerial += 1;
    const entry = { serial: this.lastSerial, key, sessions: 0 };
    this.entries.set(id, entry);
    return entry;
  }

  private forgetSome(): void {
    if (this.entries.size <= MAX_KNOWN_KEYS) return;
    const idle = [...this.entries].filter(([, { sessions }]) => sessions === 0);
    const oldest = idle.reduce<(typeof idle)[number] | null>(
      (best, next) => (best === null || next[1].key.seen < best[1].key.seen ? next : best),
      null,
    );
    if (oldest) this.forget(...oldest);
  }

  private forget(id: string, entry: KeyEntry): void {
    this.entries.delete(id);
    this.changed.delete(entry);
  }

  private row({ serial, key, sessions }: KeyEntry): KnownKey {
    const { fingerprint, authority, isClusterKey, identity, until, seen } = key;
    const revocation = this.revocations.get(fingerprint) ?? this.revocations.get(authority);
    return {
      ...{ serial, fingerprint, authority, cluster: isClusterKey, role: identity.role, until, seen, sessions },
      number: identity.role === "secondary" ? identity.number : null,
      name: identity.role === "client" ? identity.name : null,
      rights: identity.role === "client" ? identity.rights : null,
      revoked: revocation?.at ?? null,
    };
  }
}

function unseenRow({ serial, fingerprint, at }: DatedRevocation & { readonly serial: number }): KnownKey {
  const unknown = { authority: null, role: null, number: null, name: null, rights: null, until: null, seen: null };
  return { serial, fingerprint, cluster: false, ...unknown, sessions: 0, revoked: at };
}
