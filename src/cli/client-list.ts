import { listTable } from "../client/tables.ts";
import { askCentral } from "./client-question.ts";
import type { Values } from "./values.ts";

/** `redes client list` */
export function clientList(values: Values): Promise<number> {
  return askCentral(values, async (session) => {
    const files = await session.list();
    return values.has("json") ? JSON.stringify(files, null, 2) : listTable(files);
  });
}
