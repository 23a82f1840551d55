import { listTable } from "../../client/tables.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import type { Values } from "../flags/values.ts";
import { askCentral } from "./question.ts";

/** `redes client list` */
export function clientList(values: Values): Promise<number> {
  values.noPositionals();
  return askCentral(values, async (session) => {
    const files = await session.list();
    return values.has("json") ? JSON.stringify(files.map(listed), null, 2) : listTable(files);
  });
}

/** `hash` is the old name of the id. Hashes of the whole file are there where they are known. */
function listed({ name, size, id, blake3, sha256, sources }: ListedFile): unknown {
  const whole = { ...(blake3 === null ? {} : { blake3 }), ...(sha256 === null ? {} : { sha256 }) };
  return { name, size, id, hash: id, sources, ...whole };
}
