import { CLOCK_DIFFERENCE_MS } from "../../keys/validity.ts";
import { type Address, parseEndpoint } from "../../net/address/address.ts";
import { isOutOfReach } from "../../net/address/reachability.ts";
import { formatBytes, formatDuration, plural } from "../../platform/units.ts";
import type { SecondaryStatus } from "../../protocol/messages/client.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { endingLine } from "../../text/shown/key-rows.ts";
import { type Check, failed, ok, warning } from "./check.ts";
import type { Reached } from "./reach.ts";

/** Milliseconds that two clocks differ by of which somebody should know. */
const NOTABLE_DIFFERENCE_MS = 2000;

/** Whether clients are served, and whose keys end soon. */
export function servingChecks(state: Messages["state"]): Check[] {
  const { synchronized, missing, secondaries, active, waiting } = state;
  const now = `${plural(active, "download")} now, ${waiting} waiting`;
  const there = secondaries.filter(({ state }) => state !== "lost" && state !== "disk missing").length;
  const serving = synchronized
    ? ok("cluster", `it serves with ${there} of ${plural(secondaries.length, "secondary", "secondaries")}: ${now}`)
    : failed("cluster", `it does not serve: ${missing}`, nextStep(secondaries));
  return [serving, ...state.ending.map((key) => warning("keys of servers", endingLine(key), "redes key --help"))];
}

function nextStep(secondaries: readonly SecondaryStatus[]): string {
  if (secondaries.some(({ state }) => state === "copying" || state === "joining"))
    return "wait: what is missing is being copied; redes client status shows how much is left";
  const free = firstFreeNumber(secondaries.map(({ number }) => number));
  return `start the secondaries that are missing, each with a number of its own: redes secondary -n ${free}`;
}

function firstFreeNumber(taken: readonly number[]): number {
  let number = 1;
  while (taken.includes(number)) number += 1;
  return number;
}

/**
 * `before` and `after`: what the clock here said when the central was asked and when the answer came, in milliseconds since
 * 1970. `keyed`: whether there are keys, which begin and end by the clock.
 */
export function clockCheck(state: Messages["state"], before: number, after: number, keyed: boolean): Check {
  if (state.clock === undefined)
    return warning("clock", "the central does not tell the time", "update redes where the central is");
  const difference = state.clock / 1000 - (before + after) / 2;
  const unsure = (after - before) / 2;
  const size = Math.abs(difference);
  if (size <= Math.max(unsure, NOTABLE_DIFFERENCE_MS))
    return ok("clock", `the central's clock and the one here differ by ${Math.round(size)} ms`);
  const finding = `the central's clock is ${formatDuration(size / 1000)} ${difference > 0 ? "ahead of" : "behind"} the one here`;
  const advice = "set both clocks by a time server (timedatectl set-ntp true)";
  const harmful = keyed && size > CLOCK_DIFFERENCE_MS;
  return harmful
    ? failed("clock", `${finding}: keys may be taken to have ended, or not to have begun`, advice)
    : warning("clock", finding, advice);
}

/** How a secondary is, by what the central says and by what a connection from here came to. `central`: where that is. */
export function secondaryCheck(secondary: SecondaryStatus, reached: Reached, central: Address): Check {
  const { number, address, state, reason, files } = secondary;
  const subject = `secondary ${number}`;
  const start = `redes secondary -n ${number}`;
  const isReached = reached.fault === null;
  const answer = isReached ? `answers at ${address} in ${Math.round(reached.milliseconds)} ms` : reached.fault;
  if (state === "lost") {
    const todo = `start it again (${start}), or have the central forget it (forget ${number} at its console)`;
    return failed(subject, `the central has lost it, and here: ${answer}`, todo);
  }
  if (!isReached) return failed(subject, answer, reachAdvice(secondary, reached, central));
  if (state === "disk missing") {
    const todo = `mount its disk again; where the folder is to be another one, start it once with ${start} --adopt-folder`;
    return failed(subject, `${answer}, but its disk is missing: ${reason}`, todo);
  }
  const held = `${answer}: ${state}, ${plural(files, "file")}`;
  if (secondary.obstacles > 0) {
    const what = `it cannot copy ${plural(secondary.obstacles, "file")}, the first: ${secondary.obstacle}`;
    return failed(subject, `${held}, but ${what}`, "put right what is said there: it is tried again by itself");
  }
  if (secondary.accusations === 0) return ok(subject, held);
  const blame = `others got wrong pieces from it ${plural(secondary.accusations, "time")}`;
  return warning(subject, `${held}, but ${blame}`, "look at its log, its disk (smartctl -a) and its memory");
}

function reachAdvice({ number, address }: SecondaryStatus, { failure }: Reached, central: Address): string {
  const endpoint = parseEndpoint(address);
  const port = endpoint?.port ?? 0;
  if (endpoint && isOutOfReach({ host: endpoint.host, port }, [central.host]))
    return `only its own machine reaches that address: start it with --ip, or with --advertise HOST (redes secondary -n ${number})`;
  switch (failure) {
    case "refused":
      return `start it there (redes secondary -n ${number}); where it runs, it listens elsewhere: see --ip, --port and --advertise`;
    case "key":
      return "give it and this command keys of the same cluster (redes key show FILE says whose they are)";
    case "unknown-host":
      return "have it announce an address that is known here (--advertise HOST), or put its name into the DNS or /etc/hosts";
    default:
      return `see whether its machine is up, and let TCP port ${port} through the firewalls on the way`;
  }
}

/** Whether a secondary's disk has room for what it has still to copy; null where it does not tell. */
export function roomOfSecondary({ number, room, left }: SecondaryStatus): Check | null {
  if (room === null) return null;
  const subject = `room of secondary ${number}`;
  const finding = `${formatBytes(room.free)} of ${formatBytes(room.total)} free`;
  const advice = "make room on its disk, or remove files from the cluster (remove NAME at the central's console)";
  if (left.bytes > room.free)
    return failed(subject, `${finding}, and ${formatBytes(left.bytes)} still to copy`, advice);
  return room.free < room.total / 20 ? warning(subject, finding, advice) : ok(subject, finding);
}
