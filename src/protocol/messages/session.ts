import * as v from "valibot";
import { ERROR_CODES } from "../errors.ts";
import { integer, text } from "../fields.ts";
import { said } from "../said.ts";

export const role = v.picklist(["central", "secondary", "client"]);

/** What an end of a connection is. */
export type Role = v.InferOutput<typeof role>;

/** Messages of every session. */
export const sessionMessages = {
  hello: v.object({ type: v.literal("hello"), version: integer(0xffff), role }),
  welcome: v.object({ type: v.literal("welcome"), version: integer(0xffff), role }),
  error: v.object({ type: v.literal("error"), code: v.picklist(ERROR_CODES), message: text(1000), said }),
  ping: v.object({ type: v.literal("ping") }),
  pong: v.object({ type: v.literal("pong") }),
};
