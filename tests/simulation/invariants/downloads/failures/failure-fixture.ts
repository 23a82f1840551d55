import type { FailureKind } from "../../../../../src/client/downloads/result.ts";
import { CLIENT_FOLDER } from "../../../cluster/clients/client-machine.ts";
import { begunDownload, type Download } from "../../../cluster/clients/downloads.ts";
import { idOf } from "../../../cluster/people/content.ts";
import { SimCluster } from "../../../cluster/sim-cluster.ts";
import type { Json } from "../../../scenario/action.ts";
import { Simulation } from "../../../world/simulation.ts";
import { Evidence } from "./evidence.ts";
import { lieOf } from "./reasons.ts";

const SHAPE = { secondaries: 2, clients: 2, expected: 2, maxDownloads: 0, keepDays: 7 };
export const NAME = "film";
export const PATH = `${CLIENT_FOLDER}/${NAME}`;

interface Failure {
  readonly failure?: FailureKind;
  /** The id of the version that was granted. */
  readonly id?: string;
  /** Where the client says that it keeps what has arrived. */
  readonly partFile?: string;
}

/** A cluster in which nothing runs, and what a run would have brought about is said by the test. */
export class FailureFixture {
  readonly sim = new Simulation(1);
  readonly cluster = new SimCluster(this.sim, SHAPE);
  readonly evidence = new Evidence(this.cluster);
  readonly bytes = this.cluster.users.newContent(100);
  readonly id = idOf(this.bytes);
  /** What the central has still to have copied, by the number of the secondary. */
  readonly copies = new Map<number, { readonly pendingCount: number; readonly orderedCount: number }>();

  /** The central is there: it serves unless something is missing, and has one file of this version, or (null) none. */
  central(id: string | null, missing: string | null = null): void {
    const files = id === null ? [] : [{ name: NAME, id }];
    const secondaries = { get: (number: number) => ({ copies: this.copies.get(number) }) };
    const registry = { catalogue: { after: () => files }, secondaries };
    const role = { registry, serving: { missing: () => missing } };
    this.say(this.cluster.central, "role", role);
    this.say(this.cluster.central, "started", true);
    this.evidence.central.lookNow();
  }

  /** A secondary has this version of the file from now on. */
  holds(number: number, id: string): void {
    this.say(this.cluster.secondary(number).server, "role", { index: { get: () => ({ id }) } });
  }

  /** From now on a secondary runs, or does not. */
  runs(number: number, started: boolean): void {
    this.say(this.cluster.secondary(number).server, "started", started);
  }

  /** Time goes by. */
  passes(ms: number): void {
    const end = this.sim.now + ms;
    while (this.sim.now < end) {
      this.sim.runUntil(Math.min(end, this.sim.now + 100));
      this.evidence.look();
    }
  }

  /** An action of the plan is carried out now. */
  happens(kind: string, params: Json, fault = true): void {
    this.cluster.happened.push({ at: this.sim.now, kind, params, fault });
  }

  /** The first client begins a download, which goes on. */
  begin(news: Partial<Download> = {}): Download {
    const { downloads } = this.cluster;
    const begun = begunDownload({
      number: downloads.length + 1,
      client: "c1",
      name: NAME,
      path: PATH,
      force: false,
      waitMs: 36_000,
      key: "its own",
      startedAt: this.sim.now,
    });
    const download: Download = { ...begun, ...news };
    downloads.push(download);
    return download;
  }

  /** The download fails now, and the client says why. What is the matter with that; null: nothing. */
  lie(download: Download, error: string, { failure = "failed", id = this.id, partFile }: Failure = {}): string | null {
    const result = { event: "failed", id, error } as never;
    Object.assign(download, {
      state: "failed",
      endedAt: this.sim.now,
      finished: { result, failure, partFile: partFile ?? null },
    });
    this.evidence.central.lookNow();
    return lieOf(download, this.evidence);
  }

  /** What is at the path of the download's file on the client's machine. */
  put(bytes: Uint8Array): void {
    const { user } = this.cluster.client(1).machine.disk;
    user.makeFolder(CLIENT_FOLDER);
    user.write(PATH, bytes);
  }

  release(): void {
    this.cluster.release();
  }

  /** What an object of the program says, in the place of the object. */
  private say(object: object, property: string, value: unknown): void {
    Object.defineProperty(object, property, { value, configurable: true });
  }
}
