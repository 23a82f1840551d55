import type { ClusterStatus } from "../../client/central-session.ts";
import { statusText } from "../../client/tables.ts";
import { toPlain } from "../../platform/legacy-counts.ts";
import type { SecondaryStatus } from "../../protocol/messages/client.ts";
import type { Values } from "../flags/values.ts";
import type { ExitStatus } from "../signals.ts";
import { askCentral } from "./question.ts";
import { stdoutColumns } from "./shown-text.ts";

/** `redes client status` */
export function clientStatus(values: Values): Promise<ExitStatus> {
  values.noPositionals();
  return askCentral(values, async ({ session }) => {
    const status = await session.status();
    return values.has("json") ? JSON.stringify(statusJson(status), null, 2) : textOf(status);
  });
}

function textOf(status: ClusterStatus): string {
  return statusText(status, { columns: stdoutColumns() });
}

function statusJson({ state, files, clients }: ClusterStatus): unknown {
  const { synchronized, active, waiting } = state;
  const secondaries = state.secondaries.map(({ number, address, state, files, ...more }) => ({
    ...{ number, address, state, files },
    ...factsOf(more),
  }));
  const statistics = { files: toPlain(files), clients: toPlain(clients) };
  const ending = state.ending.map(({ number, until }) => ({
    ...(number === null ? { role: "central" } : { role: "secondary", number }),
    until: new Date(until).toISOString(),
  }));
  const status = { synchronized, secondaries, downloads: { active, waiting }, statistics };
  return ending.length === 0 ? status : { ...status, endingKeys: ending };
}

/** What of a secondary is said only where there is something to say. */
function factsOf(more: Omit<SecondaryStatus, "number" | "address" | "state" | "files">): object {
  const { reason, accusations, obstacles, obstacle, room, sending, receiving, left } = more;
  return {
    ...(reason === "" ? {} : { reason }),
    ...(accusations > 0 ? { accusations } : {}),
    ...(obstacles > 0 ? { obstacles, obstacle } : {}),
    ...(room === null ? {} : { room }),
    ...(sending > 0 ? { sending } : {}),
    ...(receiving > 0 ? { receiving } : {}),
    ...(left.files > 0 ? { left } : {}),
  };
}
