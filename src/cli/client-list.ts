import { listTable } from "../client/tables.ts";
import { askCentral } from "./client-question.ts";
import type { Values } from "./values.ts";

/** `redes client list` */
export function clientList(values: Values): Promise<number> {
  return askCentral(values, async (session) => {
    const files = await session.list();
    if (!values.has("json")) return listTable(files);
    // `hash` is the old name of the id.
    return JSON.stringify(
      files.map((file) => ({ ...file, hash: file.id })),
      null,
      2,
    );
  });
}
