import { silentLog } from "../base/log.ts";
import type { ClusterStatus } from "../client/central-session.ts";
import { statusText } from "../client/tables.ts";
import { clientOptions, clientParts } from "./client-parts.ts";
import { exitCodeForError } from "./exit-codes.ts";
import { writeOut } from "./output.ts";
import type { Values } from "./values.ts";

/** `redes client status` */
export async function clientStatus(values: Values): Promise<number> {
  values.noPositionals();
  const parts = clientParts(clientOptions(values), silentLog, () => {});
  try {
    await parts.session.reach();
    const status = await parts.session.status();
    await writeOut(values.has("json") ? `${JSON.stringify(statusJson(status), null, 2)}\n` : `${statusText(status)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`redes: ${(error as Error).message}\n`);
    return exitCodeForError(error);
  } finally {
    parts.stop();
  }
}

function statusJson({ state, files, clients }: ClusterStatus): unknown {
  const { synchronized, secondaries, active, waiting } = state;
  return { synchronized, secondaries, downloads: { active, waiting }, statistics: { files, clients } };
}
