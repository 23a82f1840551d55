import { Central, type CentralOptions } from "../../../../src/central/central.ts";
import { CENTRAL_STORE } from "../../../../src/central/remote-store.ts";
import type { CentralStore } from "../../../../src/central/store.ts";
import type { KeyHolder } from "../keys/key-holder.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import { type CentralUploads, centralUploads } from "./central-uploads.ts";
import type { AssembledServer } from "./sim-server.ts";
import { openSimStore } from "./store-thread.ts";

/** Makes the objects of a central's process as src/cli/server/central.ts does. `made`: sees them before anything happens. */
export async function assembleCentral(
  ports: ProcessPorts,
  database: CentralStore,
  options: CentralOptions,
  holder: KeyHolder | null,
  made: (role: Central, uploads: CentralUploads) => void,
): Promise<AssembledServer<Central>> {
  const keys = (await holder?.load(ports)) ?? null;
  const { clock, random, network, log } = ports;
  const { store, close } = await openSimStore<CentralStore, (typeof CENTRAL_STORE)[number]>(
    ports,
    "central-store",
    CENTRAL_STORE,
    database,
  );
  if (!(await store.legacyImported())) await store.importLegacy(null);
  const persisted = await store.loadState();
  const role = new Central({ clock, random, network, store, persisted, log, keys: ports.keys }, options);
  const uploads = centralUploads(ports, role);
  made(role, uploads);
  return {
    role,
    start: () => role.start(),
    reload: () => void keys?.reload(log),
    async stop() {
      keys?.stop();
      await uploads.stop();
      role.stop();
      await close();
    },
  };
}
