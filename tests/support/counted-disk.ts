import type { Disk } from "../../src/platform/disk/disk.ts";

/** A disk, and whether something that it was asked for is not done yet: meanwhile no fake time should pass. */
export function countedDisk(real: Disk): { disk: Disk; isBusy: () => boolean } {
  let pending = 0;
  const done = () => {
    pending--;
  };
  const counted = new Proxy(real, {
    get(target, name: keyof Disk) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(method, target, args);
        if (result instanceof Promise) {
          pending++;
          result.then(done, done);
        }
        return result;
      };
    },
  });
  return { disk: counted, isBusy: () => pending > 0 };
}
