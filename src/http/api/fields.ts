import * as v from "valibot";

/** A field with what it means, which the OpenAPI document repeats. */
export const field = <T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(schema: T, meaning: string) =>
  v.pipe(schema, v.description(meaning));

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const bytes = count;
/** Microseconds since 1970. */
export const time = count;
/** 64 hexadecimal digits. */
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const secondaryNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
