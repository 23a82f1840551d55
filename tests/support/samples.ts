import * as v from "valibot";
import { type Message, type MessageType, schemas } from "../../src/protocol/messages/messages.ts";
import { SCALARS } from "../unit/protocol/notation.ts";

const LARGEST: Readonly<Record<string, unknown>> = {
  version: "f".repeat(64),
  "whole hash": "f".repeat(64),
  fingerprint: "f".repeat(64),
  edit: "f".repeat(8),
  edits: new Array(24).fill("ffffffff").join(" "),
  vector: new Array(64).fill("ffffffff:9999999999").join(" "),
  unique: "f".repeat(32),
  "file name": "n".repeat(1024),
  "client name": "\uffff".repeat(100),
  "url key": "k".repeat(43),
  host: "h".repeat(255),
};

function maximum(schema: v.GenericSchema, type: string): number {
  const steps = "pipe" in schema ? (schema.pipe as unknown as { type: string; requirement: number }[]) : [];
  return steps.find((step) => step.type === type)?.requirement ?? 0;
}

/** The largest value that a schema takes. */
function largest(schema: v.GenericSchema): unknown {
  for (const [name, scalar] of SCALARS) if (scalar === schema && name in LARGEST) return LARGEST[name];
  switch (schema.type) {
    case "boolean":
      return true;
    case "number":
      return maximum(schema, "max_value");
    case "string":
      return "\uffff".repeat(maximum(schema, "max_length"));
    case "nullable":
    case "optional":
      return largest((schema as unknown as { wrapped: v.GenericSchema }).wrapped);
    case "picklist":
      return (schema as unknown as { options: string[] }).options.reduce((a, b) => (a.length >= b.length ? a : b));
    case "literal":
      return (schema as unknown as { literal: unknown }).literal;
    case "variant": {
      const values = (schema as unknown as { options: v.GenericSchema[] }).options.map(largest);
      return values.reduce((a, b) => (JSON.stringify(a).length >= JSON.stringify(b).length ? a : b));
    }
    case "array":
      return largestList(schema, (schema as unknown as { item: v.GenericSchema }).item);
    case "object":
      return Object.fromEntries(entriesOf(schema).map(([name, entry]) => [name, largest(entry)]));
    default:
      throw new Error(`no largest ${schema.type}`);
  }
}

/** A full list of largest values: where it may not have so many, of the last ones without what they need not have. */
function largestList(schema: v.GenericSchema, item: v.GenericSchema): unknown[] {
  const size = maximum(schema, "max_length");
  const listOf = (whole: number) => [
    ...new Array(whole).fill(largest(item)),
    ...new Array(size - whole).fill(withoutOptional(item)),
  ];
  let [least, most] = [0, size];
  while (least < most) {
    const whole = Math.ceil((least + most) / 2);
    if (v.is(schema, listOf(whole))) least = whole;
    else most = whole - 1;
  }
  return listOf(least);
}

function withoutOptional(schema: v.GenericSchema): unknown {
  if (schema.type !== "object") return largest(schema);
  const required = entriesOf(schema).filter(([, { type }]) => type !== "optional");
  return Object.fromEntries(required.map(([name, entry]) => [name, largest(entry)]));
}

function entriesOf(schema: v.GenericSchema): [string, v.GenericSchema][] {
  return Object.entries((schema as unknown as { entries: Record<string, v.GenericSchema> }).entries);
}

/** A message of a type with every list full and every text as long as it may be. */
export function largestMessage(type: MessageType): Message {
  return v.parse(schemas[type], largest(schemas[type])) as Message;
}

/** A small message of every kind that the framing tells apart: without fields, with text, with a payload. */
export const samples: readonly { readonly message: Message; readonly payload: Uint8Array }[] = [
  { message: { type: "ping" }, payload: new Uint8Array(0) },
  {
    message: { type: "error", code: "busy", message: "später, 後で" },
    payload: new Uint8Array(0),
  },
  { message: { type: "block", request: 7, payload: 5 }, payload: new Uint8Array([1, 2, 3, 4, 5]) },
  { message: { type: "opened", request: 1, all: true, payload: 0 }, payload: new Uint8Array(0) },
  { message: { type: "progress", download: "0".repeat(32), bytes: 2 ** 50, sources: [] }, payload: new Uint8Array(0) },
  { message: { type: "hashes", request: 2 ** 32 - 1, payload: 64 }, payload: new Uint8Array(64).fill(9) },
  {
    message: { type: "digested", request: 1, sha256: "a".repeat(64), payload: 20 },
    payload: new Uint8Array(20).fill(3),
  },
];
