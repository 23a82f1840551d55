import * as v from "valibot";
import { fileName, MAX_SECONDARY_NUMBER } from "../../protocol/fields.ts";
import { say } from "../../sentences/sentence.ts";
import { noQuery } from "./central-queries.ts";
import { count, field, hash, secondaryNumber } from "./fields.ts";
import { type NotDone, type Operation, operation } from "./operation.ts";

/** Most downloads at once that can be asked for. */
export const MAX_DOWNLOAD_LIMIT = 1_000_000;

const removalQuery = v.strictObject({
  of: field(
    v.optional(v.picklist(["file", "folder"]), "file"),
    "a folder: all files in it, at any depth; the secondaries keep what is removed for a while",
  ),
});

const removalAnswer = v.strictObject({ removed: field(count, "files") });

const restoreBody = v.strictObject({
  name: v.string(),
  id: field(hash, "of the kept version"),
  version: field(count, "its number under its name"),
});

const restoreAnswer = v.strictObject({ secondary: field(secondaryNumber, "where it is back; the others copy it") });

const forgetAnswer = v.strictObject({ forgotten: secondaryNumber });

const limitsBody = v.strictObject({
  downloads: field(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_DOWNLOAD_LIMIT))),
    "active at once, until the central is started again; null: any number",
  ),
});

export type RemovalQuery = v.InferOutput<typeof removalQuery>;
export type RestoreBody = v.InferOutput<typeof restoreBody>;
export type LimitsBody = v.InferOutput<typeof limitsBody>;

/** What an operator has a central do. `by`: who it is, for the log. */
export interface CentralOrdersBackend {
  /** Null: there is no such file or folder. */
  remove(name: string, query: RemovalQuery, by: string): Promise<v.InferOutput<typeof removalAnswer> | NotDone | null>;
  restore(body: RestoreBody, by: string): Promise<v.InferOutput<typeof restoreAnswer> | NotDone>;
  /** Null: there is no such secondary. */
  forget(number: number, by: string): Promise<v.InferOutput<typeof forgetAnswer> | NotDone | null>;
  limit(body: LimitsBody, by: string): Promise<LimitsBody>;
}

export const CENTRAL_ORDER_METHODS = [
  "remove",
  "restore",
  "forget",
  "limit",
] as const satisfies readonly (keyof CentralOrdersBackend)[];

/** What an operator can have a central do over HTTP. */
export function centralOrders(backend: CentralOrdersBackend): readonly Operation[] {
  return [
    operation({
      method: "DELETE",
      path: "/api/v1/files/{name}",
      summary: "Remove a file, or all files in a folder, from every secondary",
      query: removalQuery,
      answer: removalAnswer,
      absent: "there is no file, or no folder, of this name",
      answered: (query, { name, by }) => backend.remove(name, query, by),
    }),
    operation({
      method: "POST",
      path: "/api/v1/kept/restore",
      summary: "Put back a version that is kept, as the newest one",
      query: noQuery,
      body: restoreBody,
      answer: restoreAnswer,
      absent: "no secondary keeps this version",
      answered: async (_, { body, by }) => {
        if (!v.is(fileName, body.name)) return { notDone: 404, reason: say("this cannot be the name of a file") };
        return backend.restore(body, by);
      },
    }),
    operation({
      method: "DELETE",
      path: "/api/v1/secondaries/{name}",
      summary: "Forget a secondary that is lost, with what nobody else holds",
      query: noQuery,
      answer: forgetAnswer,
      absent: "there is no secondary of this number",
      answered: async (_, { name, by }) => {
        const number = /^[1-9]\d{0,4}$/.test(name) ? Number(name) : 0;
        return number > 0 && number <= MAX_SECONDARY_NUMBER ? backend.forget(number, by) : null;
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/limits",
      summary: "How many downloads of clients may be active at once",
      query: noQuery,
      body: limitsBody,
      answer: limitsBody,
      answered: (_, { body, by }) => backend.limit(body, by),
    }),
  ];
}
