import { availableParallelism } from "node:os";
import { join } from "node:path";
import { threadHashing } from "../../hashing/hasher-client.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { systemClock } from "../../platform/clock.ts";
import { systemDisk } from "../../platform/disk/system-disk.ts";
import { readLegacyCounts, writeLegacyCounts } from "../../platform/legacy-counts.ts";
import { descriptorLimit } from "../../platform/linux/descriptor-limit.ts";
import { systemRandom } from "../../platform/random.ts";
import { threadBatches } from "../../platform/workers/batch-client.ts";
import { secondaryCommands } from "../../secondary/commands.ts";
import { SECONDARY_STORE } from "../../secondary/remote-store.ts";
import { Secondary } from "../../secondary/secondary.ts";
import type { SecondaryStore } from "../../secondary/store.ts";
import { ConnectionPool } from "../../transfer/connection/connection-pool.ts";
import { UsageError } from "../flags/flags.ts";
import { CENTRAL_PORT, type Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { makeDataFolder } from "./data-folder.ts";
import { checkDescriptors, secondaryShares } from "./descriptor-shares.ts";
import { closing, openStore } from "./open-store.ts";
import { runServer } from "./shell.ts";
import { terminalLog } from "./terminal-log.ts";

const MAX_NUMBER = 65_535;
/** Threads that copy. */
const MAX_THREADS = 2;

/** `redes secondary` */
export async function secondary(values: Values): Promise<number> {
  values.noPositionals();
  values.noKey();
  if (!values.has("number"))
    throw new UsageError("--number is missing: give this secondary a number of its own, 1 or more, such as -n 1");
  const { host, port } = values.listenAddress();
  // A higher number has no usual port.
  const number = values.whole("number", 1, port === null ? MAX_NUMBER - CENTRAL_PORT : MAX_NUMBER, 1);
  const options = {
    number,
    // Its usual port is so much more than the central's as its number says.
    address: { host, port: port ?? CENTRAL_PORT + number },
    central: values.central(),
    folder: values.folder("dir", `./videos${number}`),
    advertise: values.advertised("advertise"),
    adoptFolder: values.has("adopt-folder"),
    keep: values.days("keep", 7),
    narrate: !process.stderr.isTTY,
  };
  const limit = descriptorLimit();
  checkDescriptors("secondary", limit);
  const data = values.folder("data", ".");
  checkHash();
  const terminal = terminalLog(values.logFormat());
  const { log } = terminal;
  makeDataFolder(data);
  const path = join(data, `secondary${number}.sqlite`);
  const statistics = join(data, `secundario${number}.json`);
  const lost = `the shared files are read anew, counts go on from ${statistics} where that is there`;
  const { store, close } = await openStore<SecondaryStore, (typeof SECONDARY_STORE)[number]>(
    "secondary-store",
    SECONDARY_STORE,
    path,
    log,
    lost,
  );
  if (!(await store.legacyImported()) && (await store.importLegacy(await readLegacyCounts(statistics)))) {
    log.info("imported", `took over the statistics in ${statistics}`);
  }
  const hashing = threadHashing(log);
  const lanes = new ConnectionPool(Math.min(MAX_THREADS, availableParallelism()), { log });
  // A second thread would cost more, to be started and made fast, than it gains with small files.
  const bundles = new ConnectionPool(1, { log });
  const network = tcpNetwork(systemClock);
  const batches = threadBatches(log);
  const ports = { clock: systemClock, random: systemRandom, disk: systemDisk, network };
  const deps = { ...ports, batches, log, store, hashing, lanes, bundles };
  const server = new Secondary(deps, { ...options, shares: secondaryShares(limit) });
  return runServer({
    role: "secondary",
    prompt: `secondary ${number}> `,
    terminal,
    commands: (console) => secondaryCommands(server, store, console),
    progress: () =>
      server.replicator.progress().map(({ name, size, doneBytes, rate }) => ({
        id: name,
        label: name,
        done: doneBytes,
        total: size,
        rate: rate ?? 0,
        note: rate === null ? "copying from what is here" : "copying",
      })),
    start: () => server.start(),
    stop: async () => {
      await server.stop();
      hashing.stop();
      await Promise.all([lanes.stop(), bundles.stop()]);
      batches.stop();
      await closing(close, async () => writeLegacyCounts(statistics, await store.servedCounts()));
    },
  });
}
