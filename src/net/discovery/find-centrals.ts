import type { Cancel, Clock } from "../../platform/clock.ts";
import { type Link, type Multicast, MulticastError, type MulticastSocket } from "../transport/multicast/multicast.ts";
import { encodeQuestion } from "./dns-messages.ts";
import { type FoundCentral, FoundCentrals } from "./found-centrals.ts";
import { receiver } from "./received-messages.ts";
import { FIND_TIMEOUT_MS } from "./timing.ts";

/** Milliseconds after which it is asked once more: what is sent to all may be lost. */
const ASK_AGAIN_MS = 1000;
/** Milliseconds in which everybody has answered: nobody answers twice in a second. */
const ALL_ANSWERED_MS = 1200;
/** Milliseconds for others to answer, when the first answer comes later. */
const OTHERS_MS = 300;

/** What came of looking for centrals. */
export interface Search {
  readonly centrals: readonly FoundCentral[];
  /** The networks where it was asked. */
  readonly asked: readonly string[];
  /** The networks where that was not possible, and why. */
  readonly faults: readonly string[];
}

/** Asks on every network of this machine which centrals there are. Takes 1.2 s where one answers, else 3 s. */
export async function findCentrals(multicast: Multicast, clock: Clock): Promise<Search> {
  const found = new FoundCentrals();
  const sockets: MulticastSocket[] = [];
  const [asked, faults]: [string[], string[]] = [[], []];
  let wake = () => {};
  const open = async (link: Link) => {
    const received = receiver(clock, link, (message) => {
      if (message.kind !== "answer") return;
      found.add(message.announcements, link);
      wake();
    });
    try {
      sockets.push(await multicast.open(link, received));
      asked.push(link.name);
    } catch (error) {
      if (!(error instanceof MulticastError)) throw error;
      faults.push(`${link.name}: ${error.message}`);
    }
  };
  try {
    await Promise.all(multicast.links().map(open));
    if (sockets.length > 0) {
      const ask = () => {
        const question = encodeQuestion();
        for (const socket of sockets) socket.send(question);
      };
      await untilAnswered(clock, found, ask, (callback) => {
        wake = callback;
      });
    }
  } finally {
    for (const socket of sockets) socket.close();
  }
  return { centrals: found.all, asked, faults };
}

/** Asks, and resolves when those who are there have had the time to answer. */
function untilAnswered(
  clock: Clock,
  found: FoundCentrals,
  ask: () => void,
  onAnswer: (callback: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const cancels: Cancel[] = [];
    const end = () => {
      for (const cancel of cancels) cancel();
      resolve();
    };
    const started = clock.now();
    let ending = false;
    onAnswer(() => {
      if (ending || found.all.length === 0) return;
      ending = true;
      cancels.push(clock.after(Math.max(OTHERS_MS, started + ALL_ANSWERED_MS - clock.now()), end));
    });
    cancels.push(clock.after(ASK_AGAIN_MS, ask), clock.after(FIND_TIMEOUT_MS, end));
    ask();
  });
}
