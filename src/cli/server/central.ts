import { join } from "node:path";
import { Central, type CentralOptions } from "../../central/central.ts";
import { centralCommands } from "../../central/commands.ts";
import { CentralHttp } from "../../central/http/central-http.ts";
import { CENTRAL_STORE } from "../../central/remote-store.ts";
import type { CentralStore } from "../../central/store.ts";
import { AddressSigner } from "../../http/access/signed-address.ts";
import type { CentralBackend } from "../../http/central/backend.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { systemClock } from "../../platform/clock.ts";
import { systemDisk } from "../../platform/disk/system-disk.ts";
import { readLegacyCentralCounts, writeLegacyCounts } from "../../platform/legacy-counts.ts";
import type { Log } from "../../platform/log/log.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { systemRandom } from "../../platform/random.ts";
import { version } from "../flags/command.ts";
import { CENTRAL_PORT, type Values } from "../flags/values.ts";
import { keepKeys, loadKeys } from "../keys.ts";
import { announcing, checkAnnounced } from "./announcing.ts";
import { makeDataFolder } from "./data-folder.ts";
import { centralShares, checkDescriptors } from "./descriptor-shares.ts";
import { reloadOf, serverHttp } from "./http.ts";
import { httpAccess } from "./http-access.ts";
import { serverLog } from "./log/server-log.ts";
import { centralSteps } from "./next-steps.ts";
import { openStore, saveAndClose } from "./open-store.ts";
import { runServer } from "./shell.ts";
import { terminalLog } from "./terminal-log.ts";
import { centralUploads } from "./uploads.ts";

/** `redes central` */
export async function central(values: Values): Promise<number> {
  const options = centralOptions(values);
  const httpAddress = values.httpAddress();
  const keys = await loadKeys(values, { role: "central" });
  const limit = descriptorLimit();
  checkDescriptors("central", limit);
  const data = values.folder("data", ".");
  const terminal = terminalLog(serverLog(values));
  const { log } = terminal;
  const access = await httpAccess(values, httpAddress, null, { keys, log });
  await makeDataFolder(systemDisk, data);
  const statistics = join(data, "central.json");
  const { store, close } = await openCentralStore(join(data, "central.sqlite"), statistics, log);
  const persisted = await store.loadState();
  const shares = centralShares(limit, httpAddress !== null);
  log.debug("limits", `${limit} files may be open at once`, { limit, ...shares });
  const network = tcpNetwork(systemClock, { keys: keys?.ring ?? null, log });
  const side = httpAddress && (await CentralHttp.open({ clock: systemClock, random: systemRandom, version }));
  const signer = access && keys && new AddressSigner(await store.addressSeed());
  access?.useAddressKey(signer?.publicKey ?? null);
  const ports = { clock: systemClock, random: systemRandom, network };
  const forHttp = { observer: side?.observer, addressKey: signer?.publicKey };
  const server = new Central(
    { ...ports, store, persisted, log, keys: keys?.ring ?? null, ...forHttp },
    { ...options, ...shares },
  );
  const uploads = centralUploads(server, data, network, log);
  const httpSide = side && { owner: side.answersOf(server, signer, uploads.desk), lagged: side.lagged };
  const http = serverHttp<CentralBackend>("central", httpAddress, httpSide, access, log);
  const announced = await announcing(values, options.address, log);
  return runServer({
    role: "central",
    prompt: "central> ",
    terminal,
    commands: (console) => centralCommands(server, console),
    progress: () => [],
    nextSteps: () => (persisted.synchronized ? [] : centralSteps(server.serving, options.address, keys !== null)),
    start: async () => {
      await http.listen();
      await server.start();
      http.tell();
      announced.start(server.port);
    },
    reload: reloadOf(terminal, keepKeys(keys, log), access),
    stop: async () => {
      announced.stop();
      http.stop();
      await uploads.stop();
      server.stop();
      await saveAndClose(close, async () =>
        writeLegacyCounts(statistics, {
          clientes: await store.allDownloadCounts("clients"),
          videos: await store.allDownloadCounts("files"),
        }),
      );
    },
  });
}

function centralOptions(values: Values): Pick<CentralOptions, "address" | "secondaries" | "maxDownloads"> {
  values.noPositionals();
  const { host, port } = values.listenAddress();
  checkAnnounced(values, host);
  return {
    address: { host, port: port ?? CENTRAL_PORT },
    secondaries: values.whole("secondaries", 1, 1000, 3),
    maxDownloads: values.whole("max-downloads", 0, 1_000_000, 0),
  };
}

async function openCentralStore(path: string, statistics: string, log: Log) {
  const lost = `counts go on from ${statistics} where that is there, the rest is learned from the secondaries but for revoked keys, which must be revoked again`;
  const opened = await openStore<CentralStore, (typeof CENTRAL_STORE)[number]>(
    "central-store",
    CENTRAL_STORE,
    path,
    log,
    lost,
  );
  const { store } = opened;
  if (!(await store.legacyImported())) {
    const old = await readLegacyCentralCounts(statistics);
    if (await store.importLegacy(old && { files: old.videos, clients: old.clientes })) {
      log.info("imported", `took over the statistics in ${statistics}`);
    }
  }
  return opened;
}
