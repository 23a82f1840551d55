import type { Input } from "../inputs/input.ts";
import type { WebMaterial } from "../inputs/web-draft.ts";
import { validRequests, type WebRole } from "../inputs/web-requests.ts";
import type { RealCluster } from "../ports/real-cluster.ts";
import { responseFaults } from "../web/responses.ts";
import { sendParts } from "../web/web-sender.ts";
import type { AnsweringTarget } from "./port.ts";

/** The port at which one role of the executable answers HTTP, without keys. */
export class WebPortTarget implements AnsweringTarget {
  readonly name: string;
  readonly maxSenders = 3;
  readonly material: WebMaterial;
  /** By the status of the first response; "nothing" where none came. */
  readonly answers = new Map<string, number>();

  constructor(
    role: WebRole,
    private readonly port: number,
    private readonly cluster: RealCluster,
  ) {
    this.name = `http-${role}-port-no-keys`;
    this.material = { requests: validRequests(role) };
  }

  async run({ senders }: Input): Promise<string[]> {
    // When it has nothing more to say only the server itself knows.
    const isQuiet = () => true;
    const texts = await Promise.all(senders.map(({ parts }) => sendParts(this.port, parts, isQuiet)));
    for (const text of texts) this.count(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? "nothing");
    return [...texts.flatMap(responseFaults), ...this.cluster.problems()];
  }

  private count(status: string): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }
}
