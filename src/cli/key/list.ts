import { keyTable } from "../../central/console/key-table.ts";
import type { KnownKey } from "../../protocol/messages/keys.ts";
import { texts } from "../../text/texts.ts";
import { askCentral } from "../client/question.ts";
import { stdoutColumns } from "../client/shown-text.ts";
import type { Values } from "../flags/values.ts";
import type { ExitStatus } from "../signals.ts";

/** `redes key list` */
export function keyList(values: Values): Promise<ExitStatus> {
  values.noPositionals();
  return askCentral(values, async ({ session }) => {
    const keys = await session.keys();
    if (values.has("json")) return JSON.stringify(keys.map(listed), null, 2);
    return keys.length === 0 ? texts().keys.none : keyTable(keys, stdoutColumns());
  });
}

/** What does not apply is left out; times as ISO 8601 has them. */
function listed({
  fingerprint,
  authority,
  cluster,
  role,
  number,
  name,
  rights,
  until,
  seen,
  sessions,
  revoked,
}: KnownKey): unknown {
  const kind = role === null ? "unknown" : cluster ? "cluster" : "credential";
  const owner = { authority, role, number, name, rights, until: iso(until), seen: iso(seen), revoked: iso(revoked) };
  const known = Object.entries(owner).filter(([, value]) => value !== null);
  return { fingerprint, kind, ...Object.fromEntries(known), sessions };
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
