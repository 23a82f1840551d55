import fs from "node:fs";

/** The system may read or write less than asked for; these go on until all is done, or a file ends. */

/** A call of `fs` that takes a callback, as a promise. */
export function promisified<T>(start: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));
}

/** Bytes read: less than the buffer holds at the end of the file only. */
export async function readFully(fd: number, buffer: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const from = done;
    const count = await promisified<number>((settle) =>
      fs.read(fd, buffer, from, buffer.length - from, position + from, settle),
    );
    if (count === 0) break;
    done += count;
  }
  return done;
}

export async function writeFully(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const from = done;
    done += await promisified<number>((settle) =>
      fs.write(fd, bytes, from, bytes.length - from, position + from, settle),
    );
  }
}

/** Like `readFully`, blocking. */
export function readFullySync(fd: number, buffer: Uint8Array, position: number): number {
  let done = 0;
  while (done < buffer.length) {
    const count = fs.readSync(fd, buffer, done, buffer.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Like `writeFully`, blocking. A short write comes before ENOSPC does, so only the loop's end means that all is written. */
export function writeFullySync(fd: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += fs.writeSync(fd, bytes, done, bytes.length - done, position + done);
}
