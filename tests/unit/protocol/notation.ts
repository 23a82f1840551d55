import type * as v from "valibot";
import * as fields from "../../../src/protocol/fields.ts";
import { copiesLeft, listedFile, report, secondaryStatus } from "../../../src/protocol/messages/client.ts";
import { repairFigures, room, traffic } from "../../../src/protocol/messages/figures.ts";
import { keptFile } from "../../../src/protocol/messages/kept.ts";
import { endingKey, knownKey, revocation } from "../../../src/protocol/messages/keys.ts";
import { schemas } from "../../../src/protocol/messages/messages.ts";
import { keptVersion } from "../../../src/protocol/messages/orders.ts";
import { agreedFile, heldFile, moved, orderedFile } from "../../../src/protocol/messages/secondary.ts";
import { role } from "../../../src/protocol/messages/session.ts";

/**
 * The notation in which src/protocol/README.md writes the types of fields, made from the schemas themselves: so the
 * document can be compared with what the program accepts.
 */

/** Types of one value that have a name in the specification. */
export const SCALARS: ReadonlyMap<string, v.GenericSchema> = new Map<string, v.GenericSchema>([
  ["version", fields.versionId],
  ["unique", fields.uniqueId],
  ["file name", fields.fileName],
  ["client name", fields.clientName],
  ["vector", fields.vector],
  ["edits", fields.edits],
  ["edit", fields.edit],
  ["whole hash", fields.wholeHash],
  ["fingerprint", fields.fingerprint],
  ["size", fields.size],
  ["count", fields.count],
  ["time", fields.time],
  ["piece", fields.pieceIndex],
  ["number", fields.secondaryNumber],
  ["request", fields.request],
  ["port", fields.port],
  ["host", fields.host],
  ["url key", fields.urlKey],
  ["payload", fields.payload],
]);

/** Objects that have a name in the specification. */
export const STRUCTURES: ReadonlyMap<string, v.GenericSchema> = new Map<string, v.GenericSchema>([
  ["http address", fields.httpAddress],
  ["source", fields.source],
  ["held file", heldFile],
  ["agreed file", agreedFile],
  ["ordered file", orderedFile],
  ["moved", moved],
  ["kept file", keptFile],
  ["kept version", keptVersion],
  ["room", room],
  ["traffic", traffic],
  ["repairs", repairFigures],
  ["copies left", copiesLeft],
  ["ending key", endingKey],
  ["known key", knownKey],
  ["revocation", revocation],
  ["report", report],
  ["listed file", listedFile],
  ["secondary", secondaryStatus],
]);

const CODES = schemas.error.entries.code.options.join();

interface Action {
  readonly type: string;
  readonly requirement?: unknown;
}

/** The steps after the type itself: limits, patterns. */
function actions(schema: v.GenericSchema): Action[] {
  return "pipe" in schema ? (schema.pipe as unknown as Action[]).slice(1) : [];
}

function requirement(schema: v.GenericSchema, type: string): unknown {
  return actions(schema).find((action) => action.type === type)?.requirement;
}

/** The fields of an object, as `name: type · name: type`, without the type that every message has. */
export function fieldsOf(schema: v.GenericSchema): string {
  const { entries } = schema as unknown as { entries: Record<string, v.GenericSchema> };
  return Object.entries(entries)
    .filter(([name]) => name !== "type")
    .map(([name, type]) => `${name}: ${typeOf(type)}`)
    .join(" · ");
}

/** A type by its name where it has one, else spelled out. */
export function typeOf(schema: v.GenericSchema): string {
  for (const [name, named] of [...SCALARS, ...STRUCTURES]) if (named === schema) return name;
  return spell(schema);
}

/** A type spelled out. */
export function spell(schema: v.GenericSchema): string {
  switch (schema.type) {
    case "boolean":
      return "boolean";
    case "number":
      return `integer ${requirement(schema, "min_value")}…${requirement(schema, "max_value")}`;
    case "string":
      return spellText(schema);
    case "nullable":
      return `${typeOf((schema as unknown as { wrapped: v.GenericSchema }).wrapped)} or null`;
    case "optional":
      return `${typeOf((schema as unknown as { wrapped: v.GenericSchema }).wrapped)}, or absent`;
    case "array": {
      const { item } = schema as unknown as { item: v.GenericSchema };
      return `up to ${requirement(schema, "max_length")} of (${typeOf(item)})`;
    }
    case "picklist": {
      const options = (schema as unknown as { options: string[] }).options;
      if (schema === role) return "role";
      return options.join() === CODES ? "code" : options.map((option) => `"${option}"`).join(" or ");
    }
    case "literal":
      return `"${(schema as unknown as { literal: string }).literal}"`;
    case "variant":
      return (schema as unknown as { options: v.GenericSchema[] }).options.map(spell).join(" or ");
    case "object":
      return `{${fieldsOf(schema)}}`;
    default:
      throw new Error(`no notation for ${schema.type}`);
  }
}

function spellText(schema: v.GenericSchema): string {
  const least = requirement(schema, "min_length");
  const most = requirement(schema, "max_length");
  const pattern = requirement(schema, "regex");
  if (requirement(schema, "check")) return "text, see Names";
  const length = most === undefined ? "" : ` ${least ?? 0}…${most}`;
  return `text${length}${pattern ? ` ${pattern}` : ""}`;
}
