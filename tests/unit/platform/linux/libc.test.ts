import { FFIType } from "bun:ffi";
import { describe, expect, test } from "bun:test";
import { EAGAIN, errno, isTransient, lazy, loadFunctions } from "../../../../src/platform/linux/libc.ts";

const { i32 } = FFIType;
const CLOSE = { close: { args: [i32], returns: i32 } } as const;
const EBADF = 9;

describe.skipIf(process.platform !== "linux")("functions of the C library", () => {
  test("that the library lacks leave their table alone empty, and no other", () => {
    expect(loadFunctions({ ...CLOSE, no_such_function: { args: [], returns: i32 } })).toBeNull();
    expect(loadFunctions(CLOSE)).not.toBeNull();
  });

  test("that fail say why", () => {
    const functions = loadFunctions(CLOSE);
    expect(functions?.close(-1)).toBe(-1);
    expect(errno()).toBe(EBADF);
    expect(isTransient(EBADF)).toBe(false);
    expect(isTransient(EAGAIN)).toBe(true);
  });
});

test("what is loaded lazily is loaded once, also when that gives nothing", () => {
  let loads = 0;
  const nothing = lazy(() => {
    loads += 1;
    return null;
  });
  expect(loads).toBe(0);
  expect([nothing(), nothing()]).toEqual([null, null]);
  expect(loads).toBe(1);
});
