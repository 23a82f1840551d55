import * as v from "valibot";
import { MAX_TOKEN_LENGTH } from "../../keys/tokens/token.ts";
import { RIGHTS } from "../../protocol/rights.ts";
import { count, field } from "../api/fields.ts";

export const sessionAnswer = v.strictObject({
  keys: field(v.boolean(), "whether the cluster has keys, so that somebody has to log in"),
  rights: field(v.nullable(v.picklist(RIGHTS)), "of who asks; null: nobody is logged in"),
  name: field(v.nullable(v.string()), "that the token is for"),
  until: field(v.nullable(count), "when the token ends, in milliseconds since 1970"),
});

export const loginBody = v.strictObject({
  token: field(v.pipe(v.string(), v.maxLength(MAX_TOKEN_LENGTH)), "made by redes key token"),
});

export type SessionAnswer = v.InferOutput<typeof sessionAnswer>;
