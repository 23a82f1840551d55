import { expect } from "bun:test";
import { existsSync } from "node:fs";
import type { Identity } from "../../../src/keys/identity.ts";
import { type KeyMaterial, keyMaterial, readKeyFiles } from "../../../src/keys/key-material.ts";
import type { Rights } from "../../../src/protocol/rights.ts";
import type { Listed, Status } from "../../support/cluster.ts";
import { MIB, put } from "../../support/files.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { content } from "../../unit/transfer/content.ts";
import type { Target } from "./attacker.ts";
import { WireTap } from "./wire-tap.ts";

/** The file that is shared, which attackers want to read or to change. */
export const SECRET_NAME = "a most secret name.bin";
export const SECRET_CONTENT = content(3 * MIB + 11);
export const SECRET = SECRET_CONTENT.bytes;

/** Of the honest client: too long to be found by chance in what is encrypted. */
export const HONEST_NAME = "ana, the honest client";

const SECONDARIES = [1, 2];

/** A cluster whose processes have a key each, with one file; whoever listens or changes bytes can stand before each server. */
export class AttackedCluster extends KeyedCluster {
  /** By the number of the server; the central, which is 0, is reached through it by clients that are told so. */
  private readonly taps = new Map<number, WireTap>();

  /** In step. `tapped`: secondaries are reached through taps, which `tap` gives. */
  static async start({ tapped = false } = {}): Promise<AttackedCluster> {
    const cluster = new AttackedCluster();
    try {
      await cluster.begin(tapped);
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  tap(number: number): WireTap {
    const tap = this.taps.get(number);
    if (!tap) throw new Error(`there is no tap before server ${number}`);
    return tap;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    for (const tap of this.taps.values()) tap.stop();
  }

  /** A session of a client with a secondary. */
  dataTarget(number: number): Target {
    return { port: this.portOf(number), server: { role: "secondary", number }, role: "client" };
  }

  async secretId(): Promise<string> {
    const [listed] = (await this.told("list")) as [Listed];
    return listed.id;
  }

  /** How many downloads are counted for each client. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    return ((await this.told("status")) as Status).statistics.clients;
  }

  /** What a client has that holds such a right. */
  async clientKeys(name: string, rights: Rights): Promise<KeyMaterial> {
    await this.credential(name, "client", name, `--${rights}`);
    return this.keys(name, { role: "client", name, rights });
  }

  /** What the secondary of that number has, which need not be one of the two. */
  async secondaryKeys(number: number): Promise<KeyMaterial> {
    const name = `secondary${number}`;
    if (!existsSync(this.key(name))) await this.credential(name, "secondary", String(number));
    return this.keys(name, { role: "secondary", number });
  }

  private async begin(tapped: boolean): Promise<void> {
    await this.newKey();
    await this.credential("central", "central");
    await this.credential("ana", "client", HONEST_NAME);
    put(this.folder(1), SECRET_NAME, SECRET);
    if (tapped) this.taps.set(0, new WireTap(this.centralPort));
    this.startCentral(["--secondaries", String(SECONDARIES.length), "--key-file", this.key("central")]);
    for (const number of SECONDARIES) {
      await this.credential(`secondary${number}`, "secondary", String(number));
      if (tapped) this.taps.set(number, new WireTap(this.portOf(number)));
      const advertised = tapped ? ["--advertise", `127.0.0.1:${this.tap(number).port}`] : [];
      this.startSecondary(number, { args: ["--key-file", this.key(`secondary${number}`), ...advertised] });
    }
    await this.central.waitFor("synchronized");
  }

  /** What ana's client is answered. */
  private async told(command: "list" | "status"): Promise<unknown> {
    const { code, out } = await this.asked(["client", command, "--json"], "ana");
    expect(code).toBe(0);
    return JSON.parse(out);
  }

  private async keys(name: string, identity: Identity): Promise<KeyMaterial> {
    return keyMaterial(await readKeyFiles([this.key(name)]), identity, Date.now());
  }
}
