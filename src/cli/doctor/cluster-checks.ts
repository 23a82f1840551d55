import { CLOCK_DIFFERENCE_MS } from "../../keys/validity.ts";
import { type Address, parseEndpoint } from "../../net/address/address.ts";
import { isOutOfReach } from "../../net/address/reachability.ts";
import { saidBytes, saidDuration } from "../../platform/units.ts";
import type { SecondaryStatus } from "../../protocol/messages/client.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { unwired } from "../../protocol/said.ts";
import { counted, type Sentence, say } from "../../sentences/sentence.ts";
import { endingTold } from "../../text/shown/key-rows.ts";
import { obstacleTold, reasonTold } from "../../text/shown/problem-lines.ts";
import { type Check, failed, ok, warning } from "./check.ts";
import type { Reached } from "./reach.ts";

/** Milliseconds that two clocks differ by of which somebody should know. */
const NOTABLE_DIFFERENCE_MS = 2000;

/** Whether clients are served, and whose keys end soon. */
export function servingChecks(state: Messages["state"]): Check[] {
  const { synchronized, missing, secondaries, active, waiting } = state;
  const now = say("{downloads} now, {waiting} waiting", { downloads: counted(active, "download"), waiting });
  const there = secondaries.filter(({ state }) => state !== "lost" && state !== "disk missing").length;
  const serving = synchronized
    ? ok(
        say("cluster"),
        say("it serves with {there} of {secondaries}: {now}", {
          there,
          secondaries: counted(secondaries.length, "secondary", "secondaries"),
          now,
        }),
      )
    : failed(
        say("cluster"),
        say("it does not serve: {missing}", { missing: unwired({ message: missing, said: state.said }) }),
        nextStep(secondaries),
      );
  return [serving, ...state.ending.map((key) => warning(say("keys of servers"), endingTold(key), "redes key --help"))];
}

function nextStep(secondaries: readonly SecondaryStatus[]): Sentence {
  if (secondaries.some(({ state }) => state === "copying" || state === "joining"))
    return say("wait: what is missing is being copied; redes client status shows how much is left");
  const free = firstFreeNumber(secondaries.map(({ number }) => number));
  return say("start the secondaries that are missing, each with a number of its own: redes secondary -n {free}", {
    free,
  });
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
    return warning(say("clock"), say("the central does not tell the time"), say("update redes where the central is"));
  const difference = state.clock / 1000 - (before + after) / 2;
  const unsure = (after - before) / 2;
  const size = Math.abs(difference);
  if (size <= Math.max(unsure, NOTABLE_DIFFERENCE_MS))
    return ok(
      say("clock"),
      say("the central's clock and the one here differ by {milliseconds} ms", { milliseconds: Math.round(size) }),
    );
  const by = { duration: saidDuration(size / 1000) };
  const finding =
    difference > 0
      ? say("the central's clock is {duration} ahead of the one here", by)
      : say("the central's clock is {duration} behind the one here", by);
  const advice = say("set both clocks by a time server (timedatectl set-ntp true)");
  const harmful = keyed && size > CLOCK_DIFFERENCE_MS;
  return harmful
    ? failed(say("clock"), say("{finding}: keys may be taken to have ended, or not to have begun", { finding }), advice)
    : warning(say("clock"), finding, advice);
}

/** How a secondary is, by what the central says and by what a connection from here came to. `central`: where that is. */
export function secondaryCheck(secondary: SecondaryStatus, reached: Reached, central: Address): Check {
  const { number, address, state, files } = secondary;
  const reason = reasonTold(secondary);
  const subject = say("secondary {number}", { number });
  const start = `redes secondary -n ${number}`;
  const isReached = reached.fault === null;
  const answer = isReached
    ? say("answers at {address} in {milliseconds} ms", { address, milliseconds: Math.round(reached.milliseconds) })
    : reached.fault;
  if (state === "lost") {
    const todo = say("start it again ({start}), or have the central forget it (forget {number} at its console)", {
      start,
      number,
    });
    return failed(subject, say("the central has lost it, and here: {answer}", { answer }), todo);
  }
  if (!isReached) return failed(subject, answer, reachAdvice(secondary, reached, central));
  if (state === "disk missing") {
    const todo = say(
      "mount its disk again; where the folder is to be another one, start it once with {start} --adopt-folder",
      { start },
    );
    return failed(subject, say("{answer}, but its disk is missing: {reason}", { answer, reason }), todo);
  }
  const held = say("{answer}: {state}, {files}", { answer, state: say(state), files: counted(files, "file") });
  if (secondary.obstacles > 0) {
    const what = say("it cannot copy {files}, the first: {obstacle}", {
      files: counted(secondary.obstacles, "file"),
      obstacle: obstacleTold(secondary),
    });
    return failed(
      subject,
      say("{held}, but {what}", { held, what }),
      say("put right what is said there: it is tried again by itself"),
    );
  }
  if (secondary.accusations === 0) return ok(subject, held);
  const blame = say("others got wrong pieces from it {times}", { times: counted(secondary.accusations, "time") });
  return warning(
    subject,
    say("{held}, but {what}", { held, what: blame }),
    say("look at its log, its disk (smartctl -a) and its memory"),
  );
}

function reachAdvice({ number, address }: SecondaryStatus, { failure }: Reached, central: Address): Sentence {
  const endpoint = parseEndpoint(address);
  const port = endpoint?.port ?? 0;
  if (endpoint && isOutOfReach({ host: endpoint.host, port }, [central.host]))
    return say(
      "only its own machine reaches that address: start it with --ip, or with --advertise HOST (redes secondary -n {number})",
      { number },
    );
  switch (failure) {
    case "refused":
      return say(
        "start it there (redes secondary -n {number}); where it runs, it listens elsewhere: see --ip, --port and --advertise",
        { number },
      );
    case "key":
      return say("give it and this command keys of the same cluster (redes key show FILE says whose they are)");
    case "unknown-host":
      return say(
        "have it announce an address that is known here (--advertise HOST), or put its name into the DNS or /etc/hosts",
      );
    default:
      return say("see whether its machine is up, and let TCP port {port} through the firewalls on the way", { port });
  }
}

/** Whether a secondary's disk has room for what it has still to copy; null where it does not tell. */
export function roomOfSecondary({ number, room, left }: SecondaryStatus): Check | null {
  if (room === null) return null;
  const subject = say("room of secondary {number}", { number });
  const finding = say("{free} of {total} free", { free: saidBytes(room.free), total: saidBytes(room.total) });
  const advice = say("make room on its disk, or remove files from the cluster (remove NAME at the central's console)");
  if (left.bytes > room.free)
    return failed(
      subject,
      say("{finding}, and {bytes} still to copy", { finding, bytes: saidBytes(left.bytes) }),
      advice,
    );
  return room.free < room.total / 20 ? warning(subject, finding, advice) : ok(subject, finding);
}
