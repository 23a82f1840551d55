import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import type { Guise } from "../ports/guise.ts";
import { sendTo } from "../ports/port-sender.ts";
import type { RealCluster } from "../ports/real-cluster.ts";
import type { Target } from "./target.ts";

/** A target that tells how it answered. */
export interface AnsweringTarget extends Target {
  /** How often it answered with what. */
  readonly answers: ReadonlyMap<string, number>;
}

/** A port of a server of the executable, attacked in one guise. */
export class PortTarget implements AnsweringTarget {
  readonly name: string;
  readonly maxSenders = 3;
  /** By the types of messages. */
  readonly answers = new Map<string, number>();

  constructor(
    readonly role: "central" | "secondary",
    private readonly guise: Guise,
    private readonly cluster: RealCluster,
    readonly material: Material,
  ) {
    const keys = cluster.keyed ? "keys" : "no-keys";
    this.name = `${role}-port-${keys}-as-${guise.replace(" ", "-")}`;
  }

  async run({ senders }: Input): Promise<string[]> {
    const { centralPort, secondaryPort, certificates } = this.cluster;
    const port = this.role === "central" ? centralPort : secondaryPort;
    const door = { port, guise: this.guise, certificates };
    const answered = (type: string) => void this.answers.set(type, (this.answers.get(type) ?? 0) + 1);
    await Promise.all(senders.map(({ parts }) => sendTo(door, parts, answered)));
    return this.cluster.problems();
  }
}
