import { expect, test } from "bun:test";
import { SharedDescriptor } from "../../../../src/secondary/serving/shared-descriptor.ts";

const FD = 7;

function open() {
  const closed: number[] = [];
  const close = async (fd: number) => void closed.push(fd);
  return { descriptor: new SharedDescriptor({ close }, FD), closed };
}

test("a descriptor stays open without readers until it is retired", () => {
  const { descriptor, closed } = open();
  descriptor.acquire()();
  expect(descriptor.inUse).toBe(false);
  expect(closed).toEqual([]);
  descriptor.retire();
  expect(closed).toEqual([FD]);
});

test("a retired descriptor is closed, once, when the last of its readers has released it", () => {
  const { descriptor, closed } = open();
  const releases = [descriptor.acquire(), descriptor.acquire()];
  descriptor.retire();
  releases[0]?.();
  releases[0]?.();
  expect(descriptor.inUse).toBe(true);
  expect(closed).toEqual([]);
  releases[1]?.();
  releases[1]?.();
  descriptor.retire();
  expect(closed).toEqual([FD]);
});

test("a reader that comes before the last one goes keeps a retired descriptor open", () => {
  const { descriptor, closed } = open();
  const first = descriptor.acquire();
  descriptor.retire();
  const second = descriptor.acquire();
  first();
  expect(closed).toEqual([]);
  second();
  expect(closed).toEqual([FD]);
  expect(() => descriptor.acquire()).toThrow("closed");
});

test("that a file cannot be closed is nobody's business", async () => {
  const failing = { close: () => Promise.reject(new Error("no such descriptor")) };
  new SharedDescriptor(failing, FD).retire();
  await Promise.resolve();
});
