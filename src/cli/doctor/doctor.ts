import pLimit from "p-limit";
import { CentralUnreachable } from "../../client/central-errors.ts";
import { CentralSession } from "../../client/central-session.ts";
import { refusalTold } from "../../client/tables.ts";
import { saidIdentity } from "../../keys/identity.ts";
import { KeyError } from "../../keys/key-error.ts";
import type { KeyKeeper } from "../../keys/key-keeper.ts";
import { type Address, formatAddress, parseEndpoint } from "../../net/address/address.ts";
import type { Network } from "../../net/transport/network.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { systemClock } from "../../platform/clock.ts";
import { type Log, silentLog } from "../../platform/log/log.ts";
import { systemRandom } from "../../platform/random.ts";
import { formatDay } from "../../platform/units.ts";
import { PeerError } from "../../protocol/errors.ts";
import type { SecondaryStatus } from "../../protocol/messages/client.ts";
import { type Messages, PROTOCOL_VERSION } from "../../protocol/messages/messages.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { locateCentral } from "../address/locate-central.ts";
import { namedCentral } from "../address/named-central.ts";
import { exitCodeOfRefusal } from "../client/refusal.ts";
import { stdoutColumns } from "../client/shown-text.ts";
import { wantsColors } from "../colors.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { version } from "../flags/command.ts";
import type { Values } from "../flags/values.ts";
import { loadKeys } from "../keys.ts";
import { writeStdout } from "../output.ts";
import { terminalLog } from "../server/terminal-log.ts";
import { usualName } from "../usual-name.ts";
import { type Check, failed, ok, warning, worstState } from "./check.ts";
import { clockCheck, roomOfSecondary, secondaryCheck, servingChecks } from "./cluster-checks.ts";
import { machineChecks } from "./machine-checks.ts";
import { type Reached, reachSecondary } from "./reach.ts";
import { reportJson, reportText } from "./report.ts";

/** Connections to secondaries at once. */
const MAX_CONNECTIONS = 16;
/** Columns where stdout does not say. */
const USUAL_COLUMNS = 80;

/** What was found, and the exit code where that is not for the checks to say. */
interface Diagnosis {
  readonly checks: readonly Check[];
  readonly code: ExitCode | null;
}

/** `redes doctor` */
export async function diagnose(values: Values): Promise<number> {
  values.noPositionals();
  const named = namedCentral(values);
  const here = machineChecks(values.folder("dir", "."));
  const verbosity = values.verbosity();
  const central = await locateCentral(named);
  const log = verbosity === "verbose" ? terminalLog({ verbosity }).log : silentLog;
  const { checks, code } = await checkCluster(values, central, log);
  const all = [...checks, ...here];
  const shown = values.has("quiet") ? all.filter(({ state }) => state !== "ok") : all;
  const columns = stdoutColumns() ?? USUAL_COLUMNS;
  const text = values.has("json") ? reportJson(all) : reportText(shown, columns, wantsColors("stdout"));
  if (text !== "") await writeStdout(`${text}\n`);
  return code ?? (worstState(all) === "failed" ? EXIT.failed : EXIT.done);
}

async function checkCluster(values: Values, central: Address, log: Log): Promise<Diagnosis> {
  let keys: KeyKeeper | null;
  try {
    keys = await loadKeys(values, { role: "client", name: usualName(), rights: "read" });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const advice = say("give a key that can be used here (--key-file FILE, REDES_KEY_FILE): see redes key --help");
    return { checks: [failed(say("key"), error.told, advice)], code: EXIT.refused };
  }
  const network = tcpNetwork(systemClock, { keys: keys?.ring ?? null });
  const own = keyCheck(keys);
  try {
    return { checks: [...own, ...(await askCentral(central, keys, { network, log }))], code: null };
  } catch (error) {
    return { checks: [...own, centralFault(error)], code: codeOf(error) };
  }
}

function keyCheck(keys: KeyKeeper | null): Check[] {
  if (keys === null) return [ok(say("key"), say("none is given: the cluster must be one without keys"))];
  const { identity, fileNotAfter } = keys.ring.current;
  const what = keys.clusterKey ? say("the cluster key") : say("the key of {whose}", { whose: saidIdentity(identity) });
  const finding = say("{what}, until {day}", { what, day: formatDay(fileNotAfter) });
  const warnings = keys.warnings();
  const advice = say("make a new one in time: see redes key --help");
  return warnings.length === 0 ? [ok(say("key"), finding)] : warnings.map((text) => warning(say("key"), text, advice));
}

/** Rejects as a session with the central does. */
async function askCentral(
  address: Address,
  keys: KeyKeeper | null,
  { network, log }: { readonly network: Network; readonly log: Log },
): Promise<Check[]> {
  const base = { clock: systemClock, random: systemRandom, log, network };
  const revocations = keys?.ring.revocations ?? null;
  const session = new CentralSession({ ...base, revocations }, address, usualName(), () => {});
  session.start();
  try {
    await session.currentAttempt();
    const before = systemClock.wall();
    const state = await session.state();
    const after = systemClock.wall();
    return [
      ok(
        say("central"),
        say("answers at {address} in {milliseconds} ms", {
          ...{ address: formatAddress(address), milliseconds: Math.round(after - before) },
        }),
      ),
      ok(
        say("version"),
        say("version {protocol} of the protocol at both ends; this is redes {version}", {
          ...{ protocol: PROTOCOL_VERSION, version },
        }),
      ),
      clockCheck(state, before, after, keys !== null),
      ...servingChecks(state),
      ...(await secondaryChecks(state, address, network)),
    ];
  } finally {
    session.stop();
  }
}

async function secondaryChecks(
  { secondaries }: Messages["state"],
  central: Address,
  network: Network,
): Promise<Check[]> {
  const limit = pLimit(MAX_CONNECTIONS);
  const rows = await Promise.all(
    secondaries.map((secondary) =>
      limit(async () => {
        const check = secondaryCheck(secondary, await reach(secondary, network), central);
        const room = roomOfSecondary(secondary);
        return room === null ? [check] : [check, room];
      }),
    ),
  );
  return rows.flat();
}

async function reach({ number, address }: SecondaryStatus, network: Network): Promise<Reached> {
  const endpoint = parseEndpoint(address);
  if (!endpoint?.port)
    return { milliseconds: 0, fault: say("the address {address} is none", { address }), failure: "other" };
  return reachSecondary({ clock: systemClock, network }, { host: endpoint.host, port: endpoint.port }, number);
}

function centralFault(error: unknown): Check {
  const text = refusalTold(error);
  if (error instanceof PeerError)
    return failed(say("central"), text, REFUSAL_ADVICE[error.code] ?? say("see the central's log"));
  const advice = say(
    "start it (redes central), or say where it is (--central HOST[:PORT], REDES_CENTRAL), or look for it (--discover)",
  );
  return failed(say("central"), text, advice);
}

const REFUSAL_ADVICE: Readonly<Record<string, Sentence>> = {
  key: say(
    "give a key of this cluster (--key-file FILE): redes key client makes one; redes key show FILE says what a file is",
  ),
  version: say("install the same version of redes here and there (redes version)"),
};

function codeOf(error: unknown): ExitCode {
  if (error instanceof PeerError) return exitCodeOfRefusal(error);
  return error instanceof CentralUnreachable ? EXIT.unreachable : EXIT.failed;
}
