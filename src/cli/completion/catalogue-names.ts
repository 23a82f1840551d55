import { homedir } from "node:os";
import { CentralSession } from "../../client/central-session.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { silentLog } from "../../platform/log/log.ts";
import { systemRandom } from "../../platform/random.ts";
import { namedCentral } from "../address/named-central.ts";
import { checkArguments, UsageError } from "../flags/check-arguments.ts";
import { flagsOf } from "../flags/command.ts";
import { valuesOf } from "../flags/define.ts";
import type { CalledCommand } from "../flags/route.ts";
import type { Values } from "../flags/values.ts";
import { loadKeys } from "../keys.ts";
import { usualName } from "../usual-name.ts";
import { nextNames } from "./next-names.ts";

/** Milliseconds that somebody who has pressed Tab waits. What has come until then is offered. */
const TIMEOUT_MS = 1000;
/** Most names: more would only scroll past. */
const MAX_NAMES = 1000;

/**
 * Names in the catalogue of the central that the flags of a command line mean, as `nextNames` gives them. Empty where it
 * cannot be asked: completion says nothing.
 */
export async function catalogueNames(route: CalledCommand, typed: string): Promise<string[]> {
  const names: string[] = [];
  const stopped = Promise.withResolvers<void>();
  const asked = ask(route, typed, names, stopped.promise).catch(() => {});
  await Promise.race([asked, delay(systemClock, TIMEOUT_MS)]);
  stopped.resolve();
  return names;
}

async function ask(
  { command, rest }: CalledCommand,
  typed: string,
  names: string[],
  stopped: Promise<void>,
): Promise<void> {
  const values = await valuesBefore({ command, rest });
  if (values === null) return;
  const named = namedCentral(values);
  // To look for one takes longer than anybody waits.
  if (named.kind === "discover") return;
  const name = usualName();
  const keys = await loadKeys(values, { role: "client", name, rights: "read" });
  const ring = keys?.ring ?? null;
  const deps = {
    ...{ clock: systemClock, random: systemRandom, log: silentLog },
    network: tcpNetwork(systemClock, { keys: ring }),
    revocations: ring?.revocations ?? null,
  };
  const session = new CentralSession(deps, named.address, name, () => {});
  session.start();
  void stopped.then(() => session.stop());
  await session.currentAttempt();
  const namesAfter = async function* (after: string | null) {
    for await (const page of session.pages(after)) yield page.map((file) => file.name);
  };
  await nextNames(namesAfter, typed, MAX_NAMES, (found) => names.push(found));
}

/** The flags that are given before the cursor; null where they are wrong. */
async function valuesBefore({ command, rest }: CalledCommand): Promise<Values | null> {
  const { parseArgs } = await import("citty");
  try {
    const checked = checkArguments(rest.map(expanded), flagsOf(command), "");
    return valuesOf(command, checked, parseArgs(checked.rawArgs, command.args));
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** What a shell will make of `~/key` and `$HOME/key`; of nothing else, since that could run something. */
function expanded(word: string): string {
  const [, flag = "", path = ""] = /^(--[a-z-]+=)?(.*)$/s.exec(word) ?? [];
  const atHome = path.startsWith("~/") ? homedir() + path.slice(1) : path;
  return flag + atHome.replace(/^\$(?:\{(\w+)\}|(\w+))/, (whole, braced, bare) => process.env[braced ?? bare] ?? whole);
}
