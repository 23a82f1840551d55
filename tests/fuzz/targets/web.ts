import { newClusterKey } from "../../../src/keys/issue.ts";
import type { Input, Sender } from "../inputs/input.ts";
import type { WebMaterial } from "../inputs/web-draft.ts";
import { validRequests, type WebRole } from "../inputs/web-requests.ts";
import { type Bystander, Listener, newcomer, SlowReader } from "../web/bystander.ts";
import { WebDisk } from "../web/catalogue.ts";
import { centralWebSite } from "../web/central-site.ts";
import { clientWebSite } from "../web/client-site.ts";
import { responseFaults } from "../web/responses.ts";
import { secondaryWebSite } from "../web/secondary-site.ts";
import { sendParts } from "../web/web-sender.ts";
import { WebServer } from "../web/web-server.ts";
import type { WebSite } from "../web/web-site.ts";
import type { Target } from "./target.ts";

/** Milliseconds until what attackers had in use is given back, on a machine with much else to do. */
const RELEASE_MS = 20_000;

/** A server, and somebody honest who is connected to it all the time. */
interface Attacked {
  readonly server: WebServer;
  readonly bystander: Bystander;
}

/** What one role serves over HTTP: the real server and routes, without keys, with them, and with TLS. */
class WebTarget implements Target, Disposable {
  readonly name: string;
  readonly maxSenders = 3;
  readonly material: WebMaterial;

  private constructor(
    private readonly role: WebRole,
    private readonly open: Attacked,
    private readonly keyed: Attacked,
    private readonly secured: Attacked,
  ) {
    this.name = `http-${role}`;
    this.material = { requests: validRequests(role) };
  }

  static async start(role: WebRole, disk: WebDisk): Promise<WebTarget> {
    const [own, foreign] = [await newClusterKey(Date.now()), await newClusterKey(Date.now())];
    const open = await WebServer.open(siteOf(role, disk));
    const keyed = await WebServer.keyed(siteOf(role, disk), own, foreign);
    const secured = await WebServer.secured(siteOf(role, disk), own);
    const attacked = (server: WebServer): Attacked => {
      return { server, bystander: role === "central" ? new Listener(server) : new SlowReader(server) };
    };
    return new WebTarget(role, attacked(open), attacked(keyed), attacked(secured));
  }

  async run({ senders }: Input): Promise<string[]> {
    const found = [this.open, this.keyed, this.secured].map((attacked) => {
      const own = senders.filter((sender) => this.attackedBy(sender) === attacked);
      return this.attack(attacked, own);
    });
    return (await Promise.all(found)).flat();
  }

  [Symbol.dispose](): void {
    for (const { server, bystander } of [this.open, this.keyed, this.secured]) {
      bystander.end();
      server[Symbol.dispose]();
    }
  }

  private attackedBy({ identity }: Sender): Attacked {
    if (identity === null) return this.open;
    return identity.role === "client" ? this.keyed : this.secured;
  }

  private async attack({ server, bystander }: Attacked, senders: readonly Sender[]): Promise<string[]> {
    if (senders.length === 0) return [];
    const found = [await bystander.goesOn()];
    const before = used(server);
    const quiet = () => server.underWay <= before.underWay;
    const sending = senders.map(({ parts }) => {
      const filled = parts.map(({ bytes, after }) => ({ bytes: server.filled(bytes), after }));
      return sendParts(server.port, filled, quiet);
    });
    const [went, ...answers] = await Promise.all([bystander.goesOn(), ...sending]);
    found.push(went, await newcomer(server, this.role === "central"));
    found.push(...answers.flatMap((answer) => (server.isSecured ? [] : responseFaults(answer ?? ""))));
    found.push(await released(server, before), ...server.takeMistakes());
    return found.filter((one) => one !== null);
  }
}

/** The targets of all roles, and the file on the disk that they serve. */
export class WebTargets implements Disposable {
  private constructor(
    readonly all: readonly WebTarget[],
    private readonly disk: WebDisk,
  ) {}

  static async start(): Promise<WebTargets> {
    const disk = new WebDisk();
    const roles = ["central", "secondary", "client"] as const;
    return new WebTargets(await Promise.all(roles.map((role) => WebTarget.start(role, disk))), disk);
  }

  [Symbol.dispose](): void {
    for (const each of [...this.all, this.disk]) each[Symbol.dispose]();
  }
}

function siteOf(role: WebRole, disk: WebDisk): WebSite {
  if (role === "central") return centralWebSite();
  return role === "secondary" ? secondaryWebSite(disk) : clientWebSite(disk);
}

interface Used {
  readonly underWay: number;
  readonly inUse: number;
}

function used({ underWay, web }: WebServer): Used {
  return { underWay, inUse: web.inUse() };
}

/** Waits until no more is in use than before; what is, or null. */
async function released(server: WebServer, before: Used): Promise<string | null> {
  const end = performance.now() + RELEASE_MS;
  for (;;) {
    const now = used(server);
    if (now.underWay <= before.underWay && now.inUse <= before.inUse) return null;
    if (performance.now() > end)
      return `in use after all have gone: ${JSON.stringify(now)}, before: ${JSON.stringify(before)}`;
    await Bun.sleep(1);
  }
}
