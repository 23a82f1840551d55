import type { Identity } from "../../../../src/keys/identity.ts";
import type { KeyContents } from "../../../../src/keys/key-contents.ts";
import type { KeyFile, KeyMaterial } from "../../../../src/keys/key-material.ts";
import type { Validity } from "../../../../src/keys/validity.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import type { Rights } from "../../../../src/protocol/rights.ts";
import type { WriteWatcher } from "../../world/network/tls/secured-end.ts";
import type { Meeting } from "../../world/network/tls/secured-network.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import type { SimMachine } from "../machines/sim-machine.ts";
import type { SimServer } from "../servers/sim-server.ts";
import { clusterKey, credential, materialOf } from "./certificates.ts";
import { KeyHolder } from "./key-holder.ts";
import { RevocationRecord } from "./revocation-record.ts";

const HOUR_MS = 3_600_000;
/** Milliseconds by which clocks may differ. */
const DIFFERENCE_MS = 300_000;
const YEAR_MS = 365 * DAY_MS;
/** What a credential of a year has that was made ten minutes before the beginning, by a clock that may be ahead. */
const YEAR: Validity = { notBefore: EPOCH_MS - 2 * DIFFERENCE_MS, notAfter: EPOCH_MS + YEAR_MS };

const FIRST: Identity = { role: "secondary", number: 1 };
const CLIENT: Identity = { role: "client", name: "c1", rights: "admin" };

/** How the processes of a cluster have keys. */
export interface KeysShape {
  /** What all have a copy of, or each something of its own. */
  readonly holding: "cluster key" | "credentials";
  /** What the wall clock of each machine is ahead by, in milliseconds: at most by what clocks may differ. */
  readonly aheadMs: readonly number[];
}

/** Names of cluster keys: that with which a run begins, and the one that takes its place. */
export type ClusterKeyName = "first" | "second";

/** Who has a wrong key would believe those who do not believe him. */
const ALL_KEYS = ["first", "second", "foreign"] as const;

/** Keys with which nobody gets in whose clock is right. */
export const WRONG_KEYS = ["foreign", "ended", "early", "another role's"] as const;
/** For a secondary there is one more: with it one gets in, but not into its place. */
export const WRONG_SECONDARY_KEYS = [...WRONG_KEYS, "another number's"] as const;
export type WrongKey = (typeof WRONG_SECONDARY_KEYS)[number];

type KeysDoorkeeper = (meeting: Meeting, host: string) => WriteWatcher | null;

/** The keys of a cluster: who has which. */
export class SimKeys {
  readonly holders: readonly KeyHolder[];
  /** The cluster keys by which others are let in at the moment, that first which everybody shows. */
  private current: readonly ClusterKeyName[] = ["first"];
  readonly revocations = new RevocationRecord();
  private readonly doorkeepers: KeysDoorkeeper[] = [];

  /** `machines`: as in SimCluster. */
  constructor(
    readonly shape: KeysShape,
    private readonly machines: readonly SimMachine[],
    secondaries: number,
  ) {
    this.holders = machines.map(({ host }, place) => new KeyHolder(identityAt(place, secondaries, host)));
    for (const holder of this.holders) holder.give(this.filesFor(holder, this.current));
    this.setClocks();
  }

  holder(place: number): KeyHolder {
    const found = this.holders[place];
    if (!found) throw new Error(`there is no machine at ${place}`);
    return found;
  }

  /** `doorkeeper` is told of each connection once its handshake is over; `host`: the machine that is told of it there. */
  onMeeting(doorkeeper: KeysDoorkeeper): void {
    this.doorkeepers.push(doorkeeper);
  }

  /** A handshake is over on the machine `host`. */
  meet(meeting: Meeting, host: string): WriteWatcher | null {
    const watchers = this.doorkeepers.flatMap((doorkeeper) => doorkeeper(meeting, host) ?? []);
    if (watchers.length === 0) return null;
    return (bytes) => {
      for (const watch of watchers) watch(bytes);
    };
  }

  /** What somebody has who may give orders to the central, or would like to. */
  orderMaterial(rights: Rights): KeyMaterial {
    const [own = "first"] = this.current;
    return materialOf(credential(own, { role: "client", name: "person", rights }, YEAR), ALL_KEYS);
  }

  /** A machine has another credential than before; nothing for machines that have the cluster key. */
  renew(holder: KeyHolder): void {
    holder.earlier += 1;
    holder.give(this.properFiles(holder));
  }

  /** What belongs into the key files of a machine now. */
  properFiles(holder: KeyHolder): readonly KeyFile[] {
    return this.filesFor(holder, this.current);
  }

  /** Whether all servers that run have read their files; those that have not are told to. */
  tellServers(servers: readonly SimServer<unknown>[]): boolean {
    const late = servers.filter(({ ports }, place) => ports !== null && !this.holder(place).isRead(ports));
    for (const server of late) server.hangUp();
    return late.length === 0;
  }

  /** From here on these cluster keys belong into the files. */
  useClusterKeys(names: readonly ClusterKeyName[]): void {
    this.current = names;
  }

  /** What belongs into the key files of a machine, but that what it shows is a credential that ends at a time of its clock. */
  endingFiles(holder: KeyHolder, notAfter: number): readonly KeyFile[] {
    const [name = "first"] = this.current;
    const ending = credential(name, holder.identity, yearUntil(notAfter));
    return [keyFile(ending), ...this.properFiles(holder).slice(1)];
  }

  /** All clocks show what they showed in the beginning. */
  setClocks(): void {
    for (const [place, { wall }] of this.machines.entries()) wall.ahead = this.shape.aheadMs[place] ?? 0;
  }

  /** What somebody shows who has no right key, and whom no check of his own keeps from it. `now`: by his clock. */
  wrongMaterial({ identity }: KeyHolder, key: WrongKey, now: number): KeyMaterial {
    const [own = "first"] = this.current;
    const contents = {
      foreign: () => credential("foreign", identity, YEAR),
      ended: () => credential(own, identity, yearUntil(now - 2 * HOUR_MS)),
      early: () => credential(own, identity, yearFrom(now + 2 * HOUR_MS)),
      "another role's": () => credential(own, identity.role === "client" ? FIRST : CLIENT, YEAR),
      "another number's": () => credential(own, nextTo(identity), YEAR),
    }[key]();
    return materialOf(contents, ALL_KEYS);
  }

  private filesFor({ identity, earlier }: KeyHolder, names: readonly ClusterKeyName[]): readonly KeyFile[] {
    const { holding } = this.shape;
    const validity = { ...YEAR, notBefore: YEAR.notBefore - earlier * 1000 };
    return names.map((name) =>
      keyFile(holding === "cluster key" ? clusterKey(name) : credential(name, identity, validity)),
    );
  }
}

function keyFile(contents: KeyContents): KeyFile {
  return { path: `${contents.kind}.key`, contents };
}

/** Of a credential of a year that ends then. It has begun for clocks that are set back by days, too. */
function yearUntil(time: number): Validity {
  const notAfter = wholeSeconds(time);
  return { notBefore: notAfter - YEAR_MS, notAfter };
}

/** Of a credential of a year that begins then. */
function yearFrom(time: number): Validity {
  const notBefore = wholeSeconds(time);
  return { notBefore, notAfter: notBefore + YEAR_MS };
}

function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

function identityAt(place: number, secondaries: number, host: string): Identity {
  if (place === 0) return { role: "central" };
  if (place <= secondaries) return { role: "secondary", number: place };
  return { role: "client", name: host, rights: "read" };
}

function nextTo(identity: Identity): Identity {
  return identity.role === "secondary" ? { ...identity, number: identity.number + 1 } : FIRST;
}
