import { describeIdentity, type Identity } from "../../keys/identity.ts";
import type { KeyRing } from "../../keys/key-ring.ts";
import type { PeerKey } from "../../keys/trust/authorities.ts";
import { nearsEnd } from "../../keys/validity.ts";
import type { Channel } from "../../net/session/channel.ts";
import { chunksOf } from "../../platform/chunks.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { MAX_BATCH } from "../../protocol/fields.ts";
import { MAX_REVOCATIONS, MAX_UNSEEN_REVOCATIONS } from "../../protocol/limits.ts";
import type { EndingKey, KnownKey } from "../../protocol/messages/keys.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { MAX_REASON, saidBy } from "../../protocol/said.ts";
import { counted, english, type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { RemoteCentralStore } from "../remote-store.ts";
import type { Session } from "../session.ts";
import type { DatedRevocation, KnownKeys } from "./known-keys.ts";

/** Milliseconds between two times when it is stored who came with which key: what a crash loses of that is no harm. */
const SAVE_INTERVAL_MS = 60_000;

const NO_KEYS = say("this central has no keys: everyone who can connect may, and there is nothing to revoke");
const OWN_KEY = say(
  "the central itself uses this key, and would let nobody in: give it another one first (see SECURITY.md)",
);

export interface KeyDeskDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<RemoteCentralStore, "addRevocation" | "saveSeenKeys">;
  /** Null: the cluster has no keys. */
  readonly keys: Pick<KeyRing, "current" | "trust" | "revocations"> | null;
  readonly known: KnownKeys;
  /** All sessions that are greeted. */
  readonly sessions: ReadonlyMap<number, Pick<Session, "channel">>;
  /** Of registered secondaries, by number. */
  readonly channels: ReadonlyMap<number, Pick<Channel, "key">>;
}

type Revoked = Omit<Messages["revoked"], "type" | "request">;
type KeyedChannel = Pick<Channel, "identity" | "key" | "send">;

/** Knows who comes with which key, revokes keys, and has everyone told. */
export class KeyDesk {
  private savedAt: number;
  /** Keys that are being revoked: one after the other, so that no more are kept than may be. */
  private work: Promise<void> = Promise.resolve();
  /** Whose keys are in use, by connection. */
  private readonly present = new Map<number, { readonly identity: Identity; readonly key: PeerKey }>();

  constructor(private readonly deps: KeyDeskDeps) {
    const { known, clock, keys } = deps;
    this.savedAt = clock.now();
    known.dropEnded(clock.wall());
    keys?.revocations.add(known.allRevocations());
  }

  /** The greeting of a connection is over. */
  connected(connection: number, { identity, key }: KeyedChannel): void {
    if (!identity || !key) return;
    this.present.set(connection, { identity, key });
    this.deps.known.connected(identity, key, this.deps.clock.wall());
  }

  /** A connection has ended, greeted or not. */
  disconnected(connection: number): void {
    const peer = this.present.get(connection);
    if (!peer) return;
    this.present.delete(connection);
    this.deps.known.disconnected(peer.identity, peer.key, this.deps.clock.wall());
  }

  /** Somebody has joined, and learns whom to refuse: a secondary all, a client the servers that are none any more. */
  joined(channel: KeyedChannel): void {
    if (channel.identity === null) return;
    const { known } = this.deps;
    const isClient = channel.identity.role === "client";
    const revocations = isClient ? known.revocationsOfServers() : known.allRevocations();
    for (const some of chunksOf(revocations, MAX_BATCH)) {
      const keys = some.map(({ fingerprint, until }) => ({ fingerprint, until }));
      channel.send({ type: "revocations", keys });
    }
  }

  /** All keys that are known. */
  list(): KnownKey[] {
    return this.deps.known.after(0);
  }

  /** A page of the keys that are known. */
  page(after: number): Pick<Messages["known"], "keys" | "more"> {
    const rows = this.deps.known.after(after);
    return { keys: rows.slice(0, MAX_BATCH), more: rows.length > MAX_BATCH };
  }

  /**
   * Revokes a key for good. `answer` is called before the sessions with that key end, since the one that asks may be among
   * them. `by`: who asks, for people.
   */
  revoke(fingerprint: string, by: string, answer: (revoked: Revoked) => void): Promise<void> {
    const done = this.work.then(() => this.revokeNow(fingerprint, by, answer));
    this.work = done.catch(() => {});
    return done;
  }

  /** Keys that end within a week, or have ended: the central's own, and those of the secondaries that are connected. */
  ending(): EndingKey[] {
    const { clock, keys, channels } = this.deps;
    if (!keys) return [];
    const now = clock.wall();
    const own: EndingKey = { number: null, until: keys.current.fileNotAfter };
    const others = [...channels].map(([number, { key }]) => ({ number, until: key?.until ?? own.until }));
    return [own, ...others.sort((left, right) => left.number - right.number)].filter(({ until }) =>
      nearsEnd(until, now),
    );
  }

  /** To be called now and then. */
  tick(): void {
    if (this.deps.clock.now() - this.savedAt >= SAVE_INTERVAL_MS) this.save();
  }

  /** Stores who came with which key. */
  save(): void {
    const { clock, log, store, known } = this.deps;
    this.savedAt = clock.now();
    known.dropEnded(clock.wall());
    const changed = known.drainChanged();
    if (changed.length === 0) return;
    store.saveSeenKeys(changed).catch((error: Error) => {
      log.error("store-failed", `cannot store who came with which key: ${error.message}`);
    });
  }

  private async revokeNow(fingerprint: string, by: string, answer: (revoked: Revoked) => void): Promise<void> {
    const { clock, log, store, known, keys } = this.deps;
    const owners = known.seenWith(fingerprint);
    const seen = known.hasCome(fingerprint);
    const failed = (told: Told) =>
      answer({ fault: english(told).slice(0, MAX_REASON), ...saidBy(told), seen, told: 0 });
    const fault = this.obstacle(fingerprint);
    if (fault !== null || !keys) return failed(fault ?? NO_KEYS);
    // Of one that nobody has come with, it is known that it ends with the authority that it comes from.
    const until = owners[0]?.until ?? keys.trust.authorities.notAfter;
    const revocation = { fingerprint, until, at: clock.wall() };
    if (!known.isRevoked(fingerprint)) {
      try {
        await store.addRevocation(revocation);
      } catch (error) {
        return failed(say("it cannot be stored: {reason}", { reason: toldOf(error) }));
      }
      const whose =
        owners.length === 0 ? "" : ` of ${owners.map(({ identity }) => describeIdentity(identity)).join(", ")}`;
      log.warn("revoked", `${by} has revoked the key ${fingerprint}${whose.slice(0, 200)}`, { fingerprint });
    }
    answer({ fault: null, seen, told: this.enforce(revocation) });
    keys.revocations.add([revocation]);
  }

  /** Why a key cannot be revoked. */
  private obstacle(fingerprint: string): Sentence | null {
    const { known, keys } = this.deps;
    if (!keys) return NO_KEYS;
    const [own] = keys.trust.authorities.fingerprints;
    if (fingerprint === own || fingerprint === keys.current.fingerprint) return OWN_KEY;
    if (known.isRevoked(fingerprint)) return null;
    if (!known.hasRoom(this.deps.clock.wall())) return tooMany(counted(MAX_REVOCATIONS, "key"));
    if (known.hasCome(fingerprint) || !known.hasTooManyUnseen) return null;
    return tooMany(say("{keys} that never came here", { keys: counted(MAX_UNSEEN_REVOCATIONS, "key") }));
  }

  /** From now on it is revoked here, and all who have joined are told. Gives how many secondaries are told. */
  private enforce(revocation: DatedRevocation): number {
    const { known, sessions, channels } = this.deps;
    known.revoke(revocation);
    const { fingerprint, until } = revocation;
    for (const { channel } of sessions.values()) {
      if (channel.state === "open") channel.send({ type: "revocations", keys: [{ fingerprint, until }] });
    }
    const told = [...channels.values()].filter(
      ({ key }) => key && key.fingerprint !== fingerprint && key.authority !== fingerprint,
    );
    return told.length;
  }
}

/** `keys`: how many of which. */
function tooMany(keys: Sentence): Sentence {
  return say("{keys} are revoked, as many as are kept: give the cluster another key (see SECURITY.md)", { keys });
}
