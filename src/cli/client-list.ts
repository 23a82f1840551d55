import { silentLog } from "../base/log.ts";
import { listTable } from "../client/tables.ts";
import { clientOptions, clientParts } from "./client-parts.ts";
import { exitCodeForError } from "./exit-codes.ts";
import { writeOut } from "./output.ts";
import type { Values } from "./values.ts";

/** `redes client list` */
export async function clientList(values: Values): Promise<number> {
  values.noPositionals();
  const parts = clientParts(clientOptions(values), silentLog, () => {});
  try {
    await parts.session.reach();
    const files = await parts.session.list();
    await writeOut(values.has("json") ? `${JSON.stringify(files, null, 2)}\n` : `${listTable(files)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`redes: ${(error as Error).message}\n`);
    return exitCodeForError(error);
  } finally {
    parts.stop();
  }
}
