import { CentralSession } from "../../../src/client/central-session.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import type { Material } from "../inputs/draft.ts";
import type { Input, Sender } from "../inputs/input.ts";
import { FILE, FILE_NAME } from "../world/content.ts";
import { startCentral, startLink } from "../world/honest-servers.ts";
import { CENTRAL, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** The number of a secondary that takes no part in the attack. */
const BYSTANDER = 9;
/** Milliseconds of the fake clock for a question of an honest client. */
const ANSWER_MS = 5000;

/** Who may order changes of what others hold: nobody who is known to be a client. */
const isKnownClient = ({ identity }: Sender) => identity?.role === "client";

/** What a secondary hears because a client has asked something, and that changes nothing. */
const ASKED_OF_SECONDARIES: ReadonlySet<string> = new Set(["suspect", "kept"]);

/** All sessions that a central accepts. */
export class CentralTarget implements Target {
  readonly name = "central";
  readonly maxSenders = 3;

  constructor(readonly material: Material) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    const running = await startCentral(world, world.network);
    const orders: string[] = [];
    const link = startLink(world, world.network, BYSTANDER, (order) => void orders.push(order));
    await world.until(() => running.central.registry.catalogue.size > 0, ANSWER_MS);
    orders.length = 0;
    for (const sender of senders) world.attack(CENTRAL, sender);
    await world.pass(1000);
    const found: string[] = [];
    if (orders.includes("lost") || !link.connected) found.push("another secondary lost its session");
    if (senders.every(isKnownClient)) {
      if (running.central.registry.catalogue.get(FILE_NAME)?.id !== FILE.version.id)
        found.push("a client changed the catalogue");
      if (orders.some((order) => !ASKED_OF_SECONDARIES.has(order)))
        found.push(`a client made the central order ${orders}`);
    }
    if (!(await answers(world))) found.push("an honest client gets no answer");
    link.stop();
    await running.stop();
    return found;
  }
}

async function answers(world: World): Promise<boolean> {
  const { clock, network } = world;
  const session = new CentralSession(
    { clock, random: world.random(5), network, log: silentLog },
    CENTRAL,
    "eva",
    () => {},
  );
  session.start();
  await world.until(() => session.connected, ANSWER_MS);
  let answered = false;
  const both = Promise.all([session.list(), session.status()]);
  both.then(
    () => {
      answered = true;
    },
    () => {},
  );
  await world.until(() => answered, ANSWER_MS);
  session.stop();
  return answered;
}
