import { availableParallelism } from "node:os";
import { join } from "node:path";
import { threadHashing } from "../../hashing/hasher-client.ts";
import { Metrics } from "../../http/metrics/metrics.ts";
import { measureProcess } from "../../http/metrics/process-metrics.ts";
import type { SecondaryBackend } from "../../http/secondary/backend.ts";
import type { KeyRing } from "../../keys/key-ring.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { systemClock } from "../../platform/clock.ts";
import { systemDisk } from "../../platform/disk/system-disk.ts";
import { readLegacyCounts, writeLegacyCounts } from "../../platform/legacy-counts.ts";
import type { Log } from "../../platform/log/log.ts";
import type { RateLimiter } from "../../platform/pacing/rate-limiter.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { systemRandom } from "../../platform/random.ts";
import { threadBatches } from "../../platform/workers/batch-client.ts";
import { MAX_SECONDARY_NUMBER } from "../../protocol/fields.ts";
import { secondaryCommands } from "../../secondary/commands.ts";
import { SecondaryApiAnswers } from "../../secondary/http/api-answers.ts";
import { SecondaryAnswers } from "../../secondary/http/secondary-answers.ts";
import { defineSecondaryMetrics } from "../../secondary/http/secondary-metrics.ts";
import { SECONDARY_STORE } from "../../secondary/remote-store.ts";
import { Secondary } from "../../secondary/secondary.ts";
import type { SecondaryDeps, SecondaryOptions } from "../../secondary/secondary-deps.ts";
import type { SecondaryStore } from "../../secondary/store.ts";
import { englishOrNull, say } from "../../sentences/sentence.ts";
import { waitingNote } from "../../text/shown/waiting.ts";
import { texts } from "../../text/texts.ts";
import { ConnectionPool } from "../../transfer/connection/connection-pool.ts";
import { startConnectionsThread } from "../../transfer/connection/connections-thread.ts";
import { awaitCentral } from "../address/locate-central.ts";
import { namedCentral } from "../address/named-central.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { version } from "../flags/command.ts";
import { CENTRAL_PORT, type Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { keepKeys, loadKeys } from "../keys.ts";
import { secondaryLimitConsole } from "../limits/limit-console.ts";
import { secondaryLimits } from "../limits/limit-flags.ts";
import { secondaryRates } from "../limits/role-rates.ts";
import { makeDataFolder } from "./data-folder.ts";
import { checkDescriptors, secondaryShares } from "./descriptor-shares.ts";
import { type HttpSide, reloadOf, serverHttp } from "./http.ts";
import { httpAccess } from "./http-access.ts";
import { serverLog } from "./log/server-log.ts";
import { emptyFolderStep } from "./next-steps.ts";
import { openStore, saveAndClose } from "./open-store.ts";
import { runServer } from "./shell.ts";
import { terminalLog } from "./terminal-log.ts";

/** Highest number of a port: without one of its own a secondary takes that of the central and its number more. */
const MAX_PORT = 65_535;
/** Threads that copy large files: two keep a fast link busy, since each waits for the disk now and then. */
const MAX_THREADS = 2;

/** `redes secondary` */
export async function secondary(values: Values): Promise<number> {
  const options = secondaryOptions(values);
  const { number } = options;
  const named = namedCentral(values);
  const limitSetting = secondaryLimits(values);
  const httpAddress = values.httpAddress();
  const keys = await loadKeys(values, { role: "secondary", number }, options.folder);
  const limit = descriptorLimit();
  checkDescriptors("secondary", limit);
  const data = values.folder("data", ".");
  checkHash();
  const terminal = terminalLog(serverLog(values, options.folder));
  const { log } = terminal;
  const central = await awaitCentral(named, log);
  if (central === null) return EXIT.done;
  const access = await httpAccess(values, httpAddress, options.advertise?.host ?? null, { keys, log });
  await makeDataFolder(systemDisk, data);
  const statistics = join(data, `secundario${number}.json`);
  const { store, close } = await openSecondaryStore(join(data, `secondary${number}.sqlite`), statistics, log);
  const { limits, rates } = secondaryRates(limitSetting, log);
  const threads = startThreads(log, keys?.ring ?? null, limits.download);
  const network = tcpNetwork(systemClock, { keys: keys?.ring ?? null, log });
  const revocations = keys?.ring.revocations ?? null;
  const ports = { clock: systemClock, random: systemRandom, disk: systemDisk, network };
  const shares = secondaryShares(limit, httpAddress !== null);
  log.debug("limits", `${limit} files may be open at once`, { limit, ...shares });
  const useAddressKey = (key: string | null) => access?.useAddressKey(key);
  const server = new Secondary(
    { ...ports, ...threads, log, store, limits, revocations, useAddressKey },
    { ...options, central, shares, digests: httpAddress !== null },
  );
  const side = httpAddress && (await httpSide(server, options, limits.upload));
  const http = serverHttp<SecondaryBackend>("secondary", httpAddress, side, access, log);
  return runServer({
    role: "secondary",
    prompt: `secondary ${number}> `,
    terminal,
    commands: (console) => secondaryCommands(server, store, console, secondaryLimitConsole(rates)),
    progress: () => copyProgress(server),
    nextSteps: () => (server.missing === null && server.index.count === 0 ? [emptyFolderStep(options.folder)] : []),
    start: async () => {
      // Before it registers, so that the central hears where.
      await server.start(await http.listen());
      rates.start();
      http.tell();
    },
    reload: reloadOf(terminal, keepKeys(keys, log), access),
    stop: async () => {
      http.stop();
      rates.stop();
      await server.stop();
      await Promise.all(Object.values(threads).map((thread) => thread.stop()));
      await saveAndClose(close, async () => writeLegacyCounts(statistics, await store.servedCounts()));
    },
  });
}

function secondaryOptions(values: Values): Omit<SecondaryOptions, "shares" | "central"> {
  values.noPositionals();
  if (!values.has("number"))
    throw new UsageError(say("--number is missing: give this secondary a number of its own, 1 or more, such as -n 1"));
  const { host, port } = values.listenAddress();
  // A higher number has no usual port.
  const number = values.whole("number", 1, port === null ? MAX_PORT - CENTRAL_PORT : MAX_SECONDARY_NUMBER, 1);
  return {
    number,
    // Its usual port is so much more than the central's as its number says.
    address: { host, port: port ?? CENTRAL_PORT + number },
    folder: values.folder("dir", `./videos${number}`),
    advertise: values.advertised("advertise"),
    adoptFolder: values.has("adopt-folder"),
    keep: values.days("keep", 7),
    narrate: !process.stderr.isTTY,
  };
}

async function openSecondaryStore(path: string, statistics: string, log: Log) {
  const lost = `the shared files are read anew, counts go on from ${statistics} where that is there`;
  const opened = await openStore<SecondaryStore, (typeof SECONDARY_STORE)[number]>(
    "secondary-store",
    SECONDARY_STORE,
    path,
    log,
    lost,
  );
  const { store } = opened;
  if (!(await store.legacyImported()) && (await store.importLegacy(await readLegacyCounts(statistics)))) {
    log.info("imported", `took over the statistics in ${statistics}`);
  }
  return opened;
}

function startThreads(
  log: Log,
  keys: KeyRing | null,
  { bucket }: RateLimiter,
): Pick<SecondaryDeps, "hashing" | "batches"> & Record<"connections" | "smallFilesConnections", ConnectionPool> {
  const start = () => startConnectionsThread(keys, bucket);
  return {
    hashing: threadHashing(log),
    connections: new ConnectionPool(Math.min(MAX_THREADS, availableParallelism()), { log, start }),
    // A second thread would cost more, to be started and made fast, than it gains with small files.
    smallFilesConnections: new ConnectionPool(1, { log, start }),
    batches: threadBatches(log),
  };
}

/** What answers for a secondary over HTTP. */
async function httpSide(
  secondary: Secondary,
  { number }: Pick<SecondaryOptions, "number">,
  { bucket }: RateLimiter,
): Promise<HttpSide<SecondaryBackend>> {
  const metrics = await Metrics.open();
  const lagged = measureProcess(metrics, { clock: systemClock, version });
  defineSecondaryMetrics(metrics, secondary);
  const api = new SecondaryApiAnswers(secondary, { number, version });
  const missing = () => englishOrNull(secondary.missing);
  const owner = new SecondaryAnswers({ ...secondary.httpSources, missing, metrics, api });
  return { owner, lagged, limit: bucket };
}

/** Bars of what is being copied. */
function copyProgress({ replicator }: Secondary) {
  const { copying, copyingHere } = texts().secondary;
  return replicator.progress().map(({ name, size, doneBytes, rate, hindrance = null }) => ({
    id: name,
    label: name,
    done: doneBytes,
    total: size,
    rate: rate ?? 0,
    note: hindrance !== null ? waitingNote(hindrance) : rate === null ? copyingHere : copying,
  }));
}
