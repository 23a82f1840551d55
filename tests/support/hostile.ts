import fc from "fast-check";
import * as v from "valibot";
import type { Channel, ChannelOptions } from "../../src/net/session/channel.ts";
import { openChannel } from "../../src/net/session/open-channel.ts";
import type { Socket } from "../../src/net/transport/network.ts";
import { MESSAGE_RULES } from "../../src/protocol/message-rules.ts";
import { type Message, type MessageType, schemas } from "../../src/protocol/messages/messages.ts";
import type { Role } from "../../src/protocol/messages/session.ts";
import { SCALARS } from "../unit/protocol/notation.ts";

/** A message that the schema allows, whatever it means where it comes, and the bytes behind it. */
export interface HostileMessage {
  readonly message: Message;
  readonly payload: Uint8Array;
}

/** Values that mean something to the attacked side, by the name of their type. */
export type Pools = Readonly<Record<string, readonly unknown[]>>;

const POOLS: Pools = {
  version: ["a".repeat(64), "b".repeat(64), "0".repeat(64)],
  "whole hash": ["c".repeat(64)],
  unique: ["0".repeat(32), "1".repeat(32), "2".repeat(32)],
  "file name": ["a", "b", "dir/c", "__proto__", "a/b"],
  "client name": ["ana", "__proto__"],
  vector: ["aaaaaaaa:1", "aaaaaaaa:2", "bbbbbbbb:1", "aaaaaaaa:1 bbbbbbbb:1"],
  edits: ["", "11111111", "11111111 22222222"],
  host: ["127.0.0.1", "h"],
  size: [0, 1, 9, 65_537, 3 * 1024 * 1024, Number.MAX_SAFE_INTEGER],
  request: [0, 1, 2, 3, 4, 5, 0xffff_ffff],
  number: [1, 2, 3, 65_535],
  port: [1, 50_001],
  payload: [0, 1, 2, 32, 64, 100],
};

function actions(schema: v.GenericSchema): { type: string; requirement?: unknown }[] {
  return "pipe" in schema ? (schema.pipe as unknown as { type: string; requirement?: unknown }[]) : [];
}

function requirement(schema: v.GenericSchema, type: string, otherwise: number): number {
  const found = actions(schema).find((step) => step.type === type)?.requirement;
  return typeof found === "number" ? found : otherwise;
}

function arbitraryOf(schema: v.GenericSchema, pools: Pools): fc.Arbitrary<unknown> {
  for (const [name, scalar] of SCALARS) {
    const pool = pools[name] ?? POOLS[name];
    if (scalar === schema && pool) return fc.constantFrom(...pool);
  }
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "number": {
      const least = requirement(schema, "min_value", 0);
      const most = requirement(schema, "max_value", Number.MAX_SAFE_INTEGER);
      return fc.oneof(fc.integer({ min: least, max: Math.min(most, least + 4) }), fc.constant(most));
    }
    case "string":
      return fc.constantFrom("", "text");
    case "optional":
      return arbitraryOf((schema as unknown as { wrapped: v.GenericSchema }).wrapped, pools);
    case "nullable":
      return fc.oneof(
        fc.constant(null),
        arbitraryOf((schema as unknown as { wrapped: v.GenericSchema }).wrapped, pools),
      );
    case "picklist":
      return fc.constantFrom(...(schema as unknown as { options: unknown[] }).options);
    case "literal":
      return fc.constant((schema as unknown as { literal: unknown }).literal);
    case "variant":
      return fc.oneof(
        ...(schema as unknown as { options: v.GenericSchema[] }).options.map((option) => arbitraryOf(option, pools)),
      );
    case "array": {
      const { item } = schema as unknown as { item: v.GenericSchema };
      return fc.array(arbitraryOf(item, pools), { maxLength: Math.min(4, requirement(schema, "max_length", 4)) });
    }
    case "object": {
      const { entries } = schema as unknown as { entries: Record<string, v.GenericSchema> };
      return fc.record(
        Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, arbitraryOf(entry, pools)])),
      );
    }
    default:
      throw new Error(`nothing hostile for ${schema.type}`);
  }
}

/** Any message of these types. `payloads`: bytes that mean something, which go with any message that has some. */
export function hostileMessages(
  types: readonly MessageType[],
  pools: Pools = {},
  payloads: readonly Uint8Array[] = [],
): fc.Arbitrary<HostileMessage> {
  const random = fc
    .constantFrom(0, 1, 2, 32, 64, 100)
    .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }));
  const bytes = payloads.length > 0 ? fc.oneof(random, fc.constantFrom(...payloads)) : random;
  const each = types.map((type) =>
    fc.tuple(arbitraryOf(schemas[type], pools), bytes).map(([value, content]): HostileMessage => {
      const message = value as Message;
      if (!("payload" in message)) return { message, payload: new Uint8Array(0) };
      return { message: { ...message, payload: content.length }, payload: content };
    }),
  );
  return fc.oneof(...each).filter(({ message }) => v.is(schemas[message.type], message));
}

/** What one role may send to another once a session has begun, but for what ends it at once. */
export function typesFrom(from: Role, to: Role): MessageType[] {
  return (Object.keys(schemas) as MessageType[]).filter((type) => {
    const rule = MESSAGE_RULES[type];
    return (
      type !== "error" && type !== "hello" && type !== "welcome" && rule.from.includes(from) && rule.to.includes(to)
    );
  });
}

/** An end of a session that sends what a test says, whatever it receives. */
export class HostilePeer {
  readonly channel: Channel;
  readonly heard: Message[] = [];

  constructor(socket: Socket, options: ChannelOptions, attack: readonly HostileMessage[]) {
    this.channel = openChannel(socket, options, {
      greeted: () => {
        for (const { message, payload } of attack) this.channel.send(message, payload);
      },
      message: (message) => void this.heard.push(message),
      block() {},
      drained() {},
      closed() {},
    });
  }
}
