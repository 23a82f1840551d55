import type { Clock } from "../../platform/clock.ts";
import { MAX_BATCH } from "../../protocol/fields.ts";
import { MAX_SOURCES } from "../../protocol/limits.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { MAX_KEEPERS_NAMED } from "../../protocol/messages/orders.ts";
import { MAX_REASON, saidBy, wired } from "../../protocol/said.ts";
import { noAnswerFrom } from "../../protocol/shown/kept-rows.ts";
import { counted, englishOrNull, joined, say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { KeptFiles, KeptListing } from "../operations/kept-files.ts";
import type { MoveOperation } from "../operations/move-operation.ts";
import type { RemoveOperation } from "../operations/remove-operation.ts";
import type { RestoreOperation } from "../operations/restore-operation.ts";
import { hashOfNames, type SelectableFiles, select } from "../operations/selection.ts";
import { untilListed } from "../operations/until-listed.ts";
import type { ServingState } from "../serving/serving-state.ts";

/** What a client has the central do, and asks before it does. */
export type ClientOrder = Messages["remove-files" | "move-files" | "restore-file" | "list-kept"];

export interface ClientOrdersDeps {
  readonly clock: Clock;
  /** Aborted when the central stops. */
  readonly ended: AbortSignal;
  readonly serving: Pick<ServingState, "missingForList">;
  readonly registry: { readonly catalogue: SelectableFiles };
  readonly removal: Pick<RemoveOperation, "remove">;
  readonly moving: Pick<MoveOperation, "move">;
  readonly restoration: Pick<RestoreOperation, "restore">;
  readonly keptFiles: Pick<KeptFiles, "list">;
}

type OrderOutcome = Partial<Pick<Messages["carried-out"], "files" | "bytes" | "number" | "names">> & {
  readonly fault?: Told | null;
};

/** Carries out what clients order, with what the central's console does it with. */
export class ClientOrders {
  constructor(private readonly deps: ClientOrdersDeps) {}

  /** The answer. `by`: who orders it, for the log. Does not reject. */
  async answer(order: ClientOrder, by: string): Promise<Message> {
    try {
      return await this.carryOut(order, by);
    } catch (error) {
      return done(order, { fault: toldOf(error) });
    }
  }

  private async carryOut(order: ClientOrder, by: string): Promise<Message> {
    if (order.type === "list-kept") return this.listKept(order);
    if (order.type === "restore-file") return this.restore(order, by);
    // A file of which no secondary has told yet would seem not to be there.
    const missing = this.deps.serving.missingForList();
    if (missing !== null) return refusal(order, "not-synchronized", missing);
    return order.type === "remove-files" ? this.remove(order, by) : this.move(order, by);
  }

  private async remove(order: Messages["remove-files"], by: string): Promise<Message> {
    const { registry, removal, clock } = this.deps;
    const { names, bytes } = await select(registry.catalogue, order.what, clock);
    if (names.length === 0) return absent(order, order.what);
    const hash = await hashOfNames(names, clock);
    if (order.files === null) return done(order, { files: names.length, bytes, names: hash });
    if (order.files === names.length && order.names !== undefined && order.names !== hash) {
      const fault = say("{what} means other files now than those that were counted: nothing was removed", {
        what: order.what,
      });
      return done(order, { fault });
    }
    if (order.files !== names.length) {
      const fault = say("{what} means {files} now, and not {expected}: nothing was removed", {
        ...{ what: order.what, files: counted(names.length, "file"), expected: order.files },
      });
      return done(order, { fault });
    }
    return done(order, { files: await removal.remove(names, by), bytes });
  }

  private async move(order: Messages["move-files"], by: string): Promise<Message> {
    const result = await this.deps.moving.move(order.from, order.to, by);
    if (result.kind === "absent") return absent(order, order.from);
    if (result.kind === "refused") return done(order, { fault: result.reason });
    const { files, bytes, seen } = result;
    const late = say("{late} of {all} cannot be had by the new name yet: the secondaries rename as soon as they can", {
      ...{ late: counted(files - seen, "file"), all: files },
    });
    return done(order, { files, bytes, fault: seen < files ? late : null });
  }

  private async restore(order: Messages["restore-file"], by: string): Promise<Message> {
    const { clock, registry, restoration, ended } = this.deps;
    const { name, number } = order;
    const result = await restoration.restore(name, { number, id: null }, by);
    if (result.kind === "absent") return refusal(order, "no-such-file", nothingKept(name, number, result.listing));
    const { version, secondary } = result;
    await untilListed(clock, registry.catalogue, new Map([[name, version.id]]), ended);
    return done(order, { files: 1, bytes: version.size, number: secondary });
  }

  private async listKept({ request, name }: Messages["list-kept"]): Promise<Message> {
    const { versions, more, silent } = await this.deps.keptFiles.list(name, MAX_BATCH);
    const page = versions.slice(0, MAX_BATCH).map(({ numbers, name, number, id, size, at, why }) => {
      return { name, number, id, size, at, why, keepers: numbers.slice(0, MAX_KEEPERS_NAMED) };
    });
    const older = more || versions.length > page.length;
    return { type: "kept-listing", request, versions: page, more: older, silent: silent.slice(0, MAX_SOURCES) };
  }
}

/** Why nothing is put back, for people: no secondary that answers keeps what is meant. */
export function nothingKept(name: string, number: number | null, { versions, silent }: KeptListing): Told {
  const nothing =
    versions.length > 0 && number !== null
      ? say("no secondary keeps version {number} of {name}", { number, name })
      : say("the secondaries keep nothing of {name}", { name });
  return joined([nothing, ...(silent.length > 0 ? [noAnswerFrom(silent)] : [])]);
}

function done(
  { request }: ClientOrder,
  { fault = null, files = 0, bytes = 0, number = null, names }: OrderOutcome,
): Message {
  const told = { fault: englishOrNull(fault)?.slice(0, MAX_REASON) ?? null, ...saidBy(fault) };
  return { type: "carried-out", request, ...told, files, bytes, number, ...(names !== undefined && { names }) };
}

function absent(order: ClientOrder, what: string): Message {
  return refusal(
    order,
    "no-such-file",
    say("there is no file {what}, no folder of that name, and nothing that it matches", { what }),
  );
}

function refusal({ request }: ClientOrder, code: "no-such-file" | "not-synchronized", told: Told): Message {
  return { type: "refusal", request, code, ...wired(told) };
}
